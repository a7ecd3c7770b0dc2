package fairlead.launcher.demo;

import fairlead.activity.Blocking;
import fairlead.admin.AdminConfig;
import fairlead.admin.AdminPages;
import fairlead.admin.AdminServer;
import fairlead.admin.StaticFiles;
import fairlead.launcher.demo.DemoHost.Running;
import fairlead.telemetry.MetricsTree;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Two hosts (127.0.0.2 and 127.0.0.3) with one proxy and an instance of every service each, an edge
 * and a page. Start and close block; not on an event loop.
 */
public final class Demo {
  private static final List<String> SERVICES = List.of("web", "users");
  private static final String HOST_A = "127.0.0.2";
  private static final String HOST_B = "127.0.0.3";

  /** The ports; every host uses the same. 0 for the page or the edge asks for a free one. */
  public record Ports(int page, int edge, int outgoing, int incoming, int admin) {
    /** The page at 8080, Linkerd's ports for the rest. */
    public static final Ports USUAL = new Ports(8080, 8081, 4140, 4141, 9990);
  }

  private final EventLoopGroup group;
  private final List<Running> hosts;
  private final AdminServer page;
  private final InetSocketAddress edge;

  private Demo(
      EventLoopGroup group, List<Running> hosts, AdminServer page, InetSocketAddress edge) {
    this.group = group;
    this.hosts = hosts;
    this.page = page;
    this.edge = edge;
  }

  /**
   * Starts all of it.
   *
   * @param dir where the discovery files go
   * @throws IOException when a port cannot be had
   */
  public static Demo start(DemoHost host, Path dir, Ports ports) throws IOException {
    var group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("demo", true), NioIoHandler.newFactory());
    var hosts = new ArrayList<Running>();
    try {
      return start(host, dir, ports, group, hosts);
    } catch (IOException e) {
      hosts.forEach(running -> running.close(Duration.ZERO));
      var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw e;
    }
  }

  private static Demo start(
      DemoHost host, Path dir, Ports ports, EventLoopGroup group, List<Running> hosts)
      throws IOException {
    var addresses = List.of(InetAddress.ofLiteral(HOST_A), InetAddress.ofLiteral(HOST_B));
    Path discovery = DemoFiles.write(dir, DemoBackends.start(group, SERVICES, addresses));
    for (InetAddress address : addresses) {
      hosts.add(host.start(DemoFiles.config(), environment(address, discovery, ports)));
    }
    var loopback = InetAddress.getLoopbackAddress();
    var outgoing = new InetSocketAddress(addresses.getFirst(), ports.outgoing);
    var edge = DemoEdge.start(group, loopback, ports.edge, outgoing);
    var pages = new AdminPages();
    StaticFiles.addTo(pages, Demo.class);
    var places = new DemoPage.Places(edge, outgoing, ports.incoming, SERVICES);
    pages.add("/demo.json", new DemoPage(places, Blocking.virtualThreads()));
    var config = new AdminConfig(loopback, ports.page, Duration.ZERO, null, null);
    return new Demo(group, hosts, AdminServer.start(config, pages, new MetricsTree()), edge);
  }

  private static Map<String, String> environment(InetAddress host, Path discovery, Ports ports) {
    return Map.of(
        "LOCAL_IP", host.getHostAddress(),
        "DISCOVERY", discovery.toString(),
        "OUTGOING_PORT", Integer.toString(ports.outgoing),
        "INCOMING_PORT", Integer.toString(ports.incoming),
        "ADMIN_PORT", Integer.toString(ports.admin));
  }

  /** The page to look at. */
  public String url() {
    return "http://127.0.0.1:" + page.address().getPort() + "/";
  }

  /** Where a caller may send requests itself: {@code curl -H 'Host: web' …}. */
  public String edgeUrl() {
    return "http://127.0.0.1:" + edge.getPort() + "/";
  }

  /** Ends the page and the hosts, then the services. */
  public CompletionStage<Void> close(Duration grace) {
    var closing = new ArrayList<CompletableFuture<?>>();
    closing.add(page.close(grace).toCompletableFuture());
    hosts.forEach(running -> closing.add(running.close(grace).toCompletableFuture()));
    return CompletableFuture.allOf(closing.toArray(CompletableFuture<?>[]::new))
        .whenComplete(
            (_, _) -> {
              var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            });
  }
}

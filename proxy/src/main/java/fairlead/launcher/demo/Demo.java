package fairlead.launcher.demo;

import fairlead.activity.Blocking;
import fairlead.admin.AdminConfig;
import fairlead.admin.AdminPages;
import fairlead.admin.AdminServer;
import fairlead.admin.StaticFiles;
import fairlead.launcher.demo.DemoHost.Running;
import fairlead.server.EventLoops;
import fairlead.telemetry.MetricsTree;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Two hosts (127.0.0.2 and 127.0.0.3) with one proxy and an instance of every service each, an edge
 * and a page; between the hosts there is mutual TLS. Start and close block; not on an event loop.
 */
public final class Demo {
  private static final List<String> SERVICES = List.of("web", "users");

  /** The two hosts: addresses that every Linux machine has, and that need no root. */
  static final List<InetAddress> HOSTS =
      List.of(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.3"));

  /** The ports; every host uses the same. 0 for the page or the edge asks for a free one. */
  public record Ports(int page, int edge, int outgoing, int incoming, int admin) {
    /** The page at 8080, Linkerd's ports for the rest. */
    public static final Ports USUAL = new Ports(8080, 8081, 4140, 4141, 9990);
  }

  private final EventLoopGroup group;
  private final Map<String, Running> hosts;
  private final AdminServer page;
  private final InetSocketAddress edge;
  private final DemoPage teller;

  private Demo(
      EventLoopGroup group,
      Map<String, Running> hosts,
      AdminServer page,
      InetSocketAddress edge,
      DemoPage teller) {
    this.group = group;
    this.hosts = hosts;
    this.page = page;
    this.edge = edge;
    this.teller = teller;
  }

  /**
   * Starts all of it.
   *
   * @param dir where the discovery files and certificates go
   * @throws IOException when a port cannot be had
   */
  public static Demo start(DemoHost host, Path dir, Ports ports) throws IOException {
    var group =
        new EventLoops(1, new DefaultThreadFactory("demo", true), NioIoHandler.newFactory());
    var hosts = new LinkedHashMap<String, Running>();
    try {
      return start(host, dir, ports, group, hosts);
    } catch (IOException e) {
      hosts.values().forEach(running -> running.close(Duration.ZERO));
      EventLoops.end(group);
      throw e;
    }
  }

  private static Demo start(
      DemoHost host, Path dir, Ports ports, EventLoopGroup group, Map<String, Running> hosts)
      throws IOException {
    Path discovery = DemoFiles.write(dir, DemoBackends.start(group, SERVICES, HOSTS));
    var authority = new DemoCa();
    for (InetAddress address : HOSTS) {
      Path tls = authority.write(dir, address);
      hosts.put(
          address.getHostAddress(),
          host.start(DemoFiles.config(), environment(address, discovery, tls, ports)));
    }
    var loopback = InetAddress.getLoopbackAddress();
    var outgoing = new InetSocketAddress(HOSTS.getFirst(), ports.outgoing);
    var edge = DemoEdge.start(group, loopback, ports.edge, outgoing);
    var pages = new AdminPages();
    StaticFiles.addTo(pages, Demo.class);
    var places = new DemoPage.Places(edge, outgoing, ports.incoming, ports.admin, SERVICES, hosts);
    var teller = new DemoPage(places, Blocking.virtualThreads());
    pages.add("/demo.json", teller);
    var config = new AdminConfig(loopback, ports.page, Duration.ZERO, null, null);
    return new Demo(
        group, hosts, AdminServer.start(config, pages, new MetricsTree()), edge, teller);
  }

  private static Map<String, String> environment(
      InetAddress host, Path discovery, Path tls, Ports ports) {
    return Map.of(
        "LOCAL_IP", host.getHostAddress(),
        "DISCOVERY", discovery.toString(),
        "TLS_DIR", tls.toString(),
        "OUTGOING_PORT", Integer.toString(ports.outgoing),
        "INCOMING_PORT", Integer.toString(ports.incoming),
        "ADMIN_PORT", Integer.toString(ports.admin));
  }

  /** The page to look at. */
  public String url() {
    return "http://127.0.0.1:" + page.address().getPort() + "/";
  }

  /** The services, in order. */
  public List<String> services() {
    return SERVICES;
  }

  /** Where a caller may send requests itself: {@code curl -H 'Host: web' …}. */
  public String edgeUrl() {
    return "http://127.0.0.1:" + edge.getPort() + "/";
  }

  /**
   * Sends one request through everything and tells its way: at each router first what explain says,
   * then where it really went. Blocks.
   */
  public List<String> tell(String service) {
    return teller.lines(service);
  }

  /** Ends the page and the hosts, then the services. */
  public CompletionStage<Void> close(Duration grace) {
    var closing = new ArrayList<CompletableFuture<?>>();
    closing.add(page.close(grace).toCompletableFuture());
    hosts.values().forEach(one -> closing.add(one.close(grace).toCompletableFuture()));
    return CompletableFuture.allOf(closing.toArray(CompletableFuture<?>[]::new))
        .whenComplete(
            (_, _) -> {
              var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            });
  }
}

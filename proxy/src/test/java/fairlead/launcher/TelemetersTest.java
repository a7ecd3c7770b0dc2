package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.admin.AdminPages;
import fairlead.admin.AdminServer;
import fairlead.config.ConfigText;
import fairlead.identity.Machine;
import fairlead.telemetry.MetricsTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pages of telemeters on a real port, and what is sent last. */
@Timeout(60)
class TelemetersTest {
  private static final String ALL =
      """
      admin: {port: 0}
      telemetry:
      - {kind: io.l5d.prometheus, path: /metrics}
      - {kind: io.l5d.prometheus, path: /more, prefix: l5d_}
      - {kind: io.l5d.influxdb}
      routers: [{protocol: http, servers: [{port: 0}]}]
      """;

  private final List<AutoCloseable> closing = new ArrayList<>();
  private final MetricsTree tree = new MetricsTree();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() throws Exception {
    client.close();
    for (var each : closing.reversed()) {
      each.close();
    }
  }

  /** Event loops are called worker, control and admin. */
  @Test
  void eachPageIsWrittenOnTheMetricsThreadAndOnNoEventLoop() throws Exception {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    tree.gauge(
        "witness",
        () -> {
          threads.add(Thread.currentThread().getName().replaceFirst("-.*", ""));
          return 1;
        });
    String admin = admin(ALL);

    assertThat(get(admin + "/admin/metrics.json").body()).contains("\"witness\":1.0");
    assertThat(get(admin + "/metrics").body()).contains("witness 1.0\n");
    assertThat(get(admin + "/more").body()).contains("l5d_witness 1.0\n");
    assertThat(get(admin + "/admin/metrics/influxdb").body())
        .contains("root,host=" + admin.substring("http://".length()))
        .contains("witness=1.0");
    assertThat(get(admin + "/metrics", "Accept", "application/openmetrics-text").body())
        .contains("# TYPE witness gauge\nwitness 1.0\n");

    assertThat(threads).containsExactly("metrics");
  }

  @Test
  void whoAsksForOpenMetricsGetsItWithItsTypeAndCompressed() throws Exception {
    tree.counter("requests").add(3);
    String admin = admin(ALL);
    String prometheus =
        "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    var plain = get(admin + "/metrics");
    var open = get(admin + "/metrics", "Accept", prometheus);
    var zipped = get(admin + "/metrics", "Accept", prometheus, "Accept-Encoding", "gzip");

    assertThat(type(plain)).isEqualTo("text/plain");
    assertThat(plain.body()).isEqualTo("# HELP requests Requests\nrequests 3\n");
    assertThat(type(open)).isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(open.body())
        .isEqualTo("# HELP requests Requests\n# TYPE requests unknown\nrequests 3\n# EOF\n");
    assertThat(zipped.headers().firstValue("Content-Encoding")).hasValue("gzip");
  }

  @Test
  void whoAsksMayChooseTheNames() throws Exception {
    tree.counter("requests").add(3);
    tree.stat("x_ms").add(2);
    String ours = ALL.replace("path: /more", "path: /more, names: conventional");
    String admin = admin(ours);
    String open = "application/openmetrics-text";

    var chosen = get(admin + "/metrics?names=conventional");
    assertThat(type(chosen)).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(chosen.body())
        .contains("\nfairlead_requests_total 3\n", "\nfairlead_x_seconds_sum 0.002\n");
    assertThat(get(admin + "/more").body()).contains("\nl5d_requests_total 3\n");
    assertThat(get(admin + "/more?names=linkerd").body()).contains("\nl5d_requests 3\n");
    var typed = get(admin + "/more", "Accept", open);
    assertThat(type(typed)).startsWith(open);
    assertThat(typed.body())
        .contains("# TYPE l5d_requests counter\nl5d_requests_total 3\n")
        .endsWith("# EOF\n");
    var slip = get(admin + "/metrics?names=conventionel");
    assertThat(slip.statusCode()).isEqualTo(400);
    assertThat(slip.body())
        .isEqualTo("'conventionel' is no naming of metrics; use names=conventional or linkerd.\n");
  }

  @Test
  void endpointsAreShownWhenTheyAreAskedFor() throws Exception {
    var balancer =
        tree.scope("rt").scope("http").scope("client").scope("#/a").scope("loadbalancer");
    balancer.details("endpoint", () -> Map.of("10.0.0.1:80", Map.of("load", 2.0)));
    String admin = admin(ALL);

    assertThat(get(admin + "/admin/metrics.json").body()).isEqualTo("{}");
    assertThat(get(admin + "/admin/metrics.json?endpoints=true").body())
        .isEqualTo("{\"rt/http/client/#/a/loadbalancer/endpoint/10.0.0.1:80/load\":2.0}");
    assertThat(get(admin + "/metrics?endpoints=true").body())
        .isEqualTo(
            "# HELP rt:client:loadbalancer:endpoint:load Requests in progress, or the load that"
                + " balancing compares\n"
                + "rt:client:loadbalancer:endpoint:load{rt=\"http\", client=\"#/a\","
                + " endpoint=\"10.0.0.1:80\"} 2.0\n");
    String always = admin(ALL.replace("telemetry:", "metrics: {endpoints: true}\ntelemetry:"));
    assertThat(get(always + "/metrics").body()).contains("10.0.0.1:80");
  }

  @Test
  void theLastOfItIsSentAfterTheRoutersHaveEnded() throws Exception {
    try (var statsd = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      statsd.setSoTimeout(30_000);
      Proxy proxy =
          Proxy.start(
              config(
                  """
                  admin: {port: 0, lingerMs: 0}
                  telemetry:
                  - kind: io.l5d.statsd
                    experimental: true
                    port: %d
                    gaugeIntervalMs: 86400000
                  routers: [{protocol: http, dtab: /svc => /$/inet/127.1/1, servers: [{port: 0}]}]
                  """
                      .formatted(statsd.getLocalPort())),
              ShownConfig.NOTHING,
              1,
              _ -> {});
      var address = proxy.addresses("http").getFirst();
      var refused = get("http://127.0.0.1:" + address.getPort() + "/");
      assertThat(refused.statusCode()).isEqualTo(502);
      BlockingQueue<Integer> exits = new LinkedBlockingQueue<>();
      var life = new LifeCycle(Duration.ofSeconds(20), () -> {}, exit(exits), System::nanoTime);
      proxy.endWith(life);

      life.stop(143, Duration.ofSeconds(20));

      assertThat(exits.take()).isEqualTo(143);
      assertThat(receiveUntil(statsd, "linkerd.rt.http.server.127_0_0_1.0.requests:"))
          .contains("linkerd.rt.http.server.127_0_0_1.0.requests:1|c");
    }
  }

  private static LifeCycle.Exit exit(BlockingQueue<Integer> exits) {
    return new LifeCycle.Exit() {
      @Override
      public void exit(int code) {
        exits.add(code);
      }

      @Override
      public void halt(int code) {
        exits.add(-code);
      }
    };
  }

  private static String receiveUntil(DatagramSocket socket, String part) throws IOException {
    while (true) {
      var packet = new DatagramPacket(new byte[2000], 2000);
      socket.receive(packet);
      var text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
      if (text.contains(part)) {
        return text;
      }
    }
  }

  /** Where the pages of this configuration are. */
  private String admin(String yaml) throws IOException {
    var config = config(yaml);
    var telemeters = Telemeters.start(config, tree);
    closing.add(telemeters::close);
    var pages = new AdminPages();
    telemeters.addTo(pages);
    var server = AdminServer.start(config.admin(), pages, new MetricsTree());
    closing.add(() -> server.close(Duration.ZERO).toCompletableFuture().join());
    return "http://127.0.0.1:" + server.address().getPort();
  }

  private static Configuration config(String yaml) throws IOException {
    var bytes = new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
    var loaded =
        ConfigurationLoader.load(ConfigText.open("-", Map.of(), bytes), Machine.real(Map.of()));
    assertThat(loaded.problems().show()).isEmpty();
    return Objects.requireNonNull(loaded.configuration());
  }

  private HttpResponse<String> get(String url, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).version(HttpClient.Version.HTTP_1_1);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static String type(HttpResponse<String> answer) {
    return answer.headers().firstValue("Content-Type").orElse("");
  }
}

package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.client.Configs;
import fairlead.naming.NameTree;
import fairlead.telemetry.MetricsSnapshot;
import fairlead.telemetry.MetricsSnapshot.Value;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The names of {@code spec/telemetry.md} §12 that a router has after a little of everything:
 * dashboards and alarms written for Linkerd contain them.
 */
class MetricNamesTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String BROKEN = "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops";

  private static final List<String> SERVER =
      List.of(
          "c requests",
          "c success",
          "c failures",
          "c failures/com.twitter.finagle.service.ResponseClassificationSyntheticException",
          "c failures/io.buoyant.router.RoutingFactory$UnknownDst",
          "s request_latency_ms",
          "g pending",
          "g load",
          "c connects",
          "c closes",
          "g connections",
          "s connection_duration",
          "s connection_received_bytes",
          "s connection_sent_bytes",
          "s connection_requests",
          "c received_bytes",
          "c sent_bytes",
          "c nacks",
          "c status/200",
          "c status/2XX",
          "c status/400",
          "c status/4XX",
          "c status/500",
          "c status/5XX",
          "c status/502",
          "c status/error",
          "s time/2XX",
          "s time/4XX",
          "s time/5XX",
          "c idle",
          "c lifetime",
          "c read_timeout",
          "c write_timeout",
          "c admission_control/deadline/exceeded",
          "c admission_control/deadline/rejected");

  private static final List<String> SERVICE =
      List.of(
          "c requests",
          "c success",
          "c failures",
          "s request_latency_ms",
          "g pending",
          "c retries/total",
          "s retries/per_request",
          "g retries/budget",
          "c retries/budget_exhausted",
          "c retries/backoffs_exhausted",
          "c retries/request_stream_too_long",
          "c retries/response_stream_too_long",
          "c retries/classification_timeout");

  private static final List<String> CLIENT =
      List.of(
          "c requests",
          "c success",
          "c failures",
          "c failures/com.twitter.finagle.service.ResponseClassificationSyntheticException",
          "s request_latency_ms",
          "g pending",
          "c connects",
          "c closes",
          "g connections",
          "s connection_duration",
          "s connection_received_bytes",
          "s connection_sent_bytes",
          "s connection_requests",
          "c received_bytes",
          "c sent_bytes",
          "s connect_latency_ms",
          "s failed_connect_latency_ms",
          "g available",
          "s service_creation/service_acquisition_latency_ms",
          "g loadbalancer/size",
          "g loadbalancer/available",
          "g loadbalancer/busy",
          "g loadbalancer/closed",
          "g loadbalancer/load",
          "c loadbalancer/adds",
          "c loadbalancer/removes",
          "c loadbalancer/rebuilds",
          "c loadbalancer/updates",
          "c loadbalancer/max_effort_exhausted",
          "g loadbalancer/num_weight_classes",
          "g loadbalancer/meanweight",
          "c loadbalancer/busy_weight_classes",
          "g loadbalancer/algorithm/p2c_least_loaded",
          "g pool_size",
          "g pool_waiters",
          "g pool_cached",
          "c pool_num_waited",
          "c pool_num_too_many_waiters",
          "c retries/requeues",
          "s retries/requeues_per_request",
          "c retries/request_limit",
          "c retries/budget_exhausted",
          "c retries/cannot_retry",
          "c retries/not_open",
          "g retries/budget",
          "c status/200",
          "c status/2XX",
          "c status/500",
          "c status/5XX",
          "c status/error",
          "s time/2XX",
          "s time/5XX",
          "c idle",
          "c lifetime",
          "c service/svc/web/requests",
          "c service/svc/web/success",
          "c service/svc/web/failures",
          "s service/svc/web/request_latency_ms",
          "g service/svc/web/pending");

  private static final List<String> CACHES =
      List.of(
          "c path/misses",
          "c path/evicts",
          "c path/expires",
          "c path/oneshots",
          "c tree/misses",
          "c tree/evicts",
          "c tree/expires",
          "c tree/oneshots",
          "c bound/misses",
          "c bound/evicts",
          "c bound/expires",
          "c bound/oneshots",
          "c client/misses",
          "c client/evicts",
          "c client/expires",
          "c client/oneshots");

  private final Rig rig = new Rig(options());

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aRouterShowsTheNamesOfLinkerd() throws Exception {
    load();
    rig.metrics.summariseNow();
    var shown = rig.metrics.snapshot();

    assertShown(shown, "rt/http/server/127.0.0.1/0", SERVER);
    assertShown(shown, "rt/http/service/svc/web", SERVICE);
    assertShown(shown, "rt/http/client/#/test/web", CLIENT);
    assertShown(shown, "rt/http/bindcache", CACHES);
    assertShown(
        shown,
        "rt/http/service/svc",
        List.of(
            "c nobody/failures/com.twitter.finagle.naming.buoyant.RichNoBrokersAvailableException",
            "c refusing/failures/com.twitter.finagle.naming.buoyant"
                + ".RichConnectionFailedExceptionWithPath",
            "c silent/failures/interrupted",
            "c crowded/failures/rejected/com.twitter.finagle.Failure"
                + "/com.twitter.finagle.TooManyWaitersException"));
    assertShown(
        shown,
        "rt/http/client/#/test/refusing",
        List.of(
            "c failures/rejected",
            "c failures/restartable/com.twitter.finagle.Failure"
                + "/com.twitter.finagle.ConnectionFailedException",
            "c service_creation/failures",
            "c service_creation/failures/rejected"));
  }

  @Test
  void countsAddUp() throws Exception {
    load();
    rig.metrics.summariseNow();

    String client = "rt/http/client/#/test/web/";
    assertThat(rig.count("rt/http/service/svc/web/requests")).isEqualTo(3);
    assertThat(rig.count("rt/http/service/svc/web/success")).isEqualTo(2);
    assertThat(rig.count("rt/http/service/svc/web/failures")).isEqualTo(1);
    assertThat(rig.count(client + "requests")).isEqualTo(3);
    assertThat(rig.count(client + "service/svc/web/requests")).isEqualTo(3);
    assertThat(rig.count(client + "status/2XX")).isEqualTo(2);
    assertThat(rig.count(client + "status/5XX")).isEqualTo(1);
    assertThat(samples(client + "request_latency_ms")).isEqualTo(3);
    assertThat(samples(client + "retries/requeues_per_request")).isEqualTo(3);
    assertThat(samples(client + "service_creation/service_acquisition_latency_ms")).isEqualTo(3);
    assertThat(samples("rt/http/client/#/test/refusing/failed_connect_latency_ms")).isEqualTo(2);
    assertThat(rig.gauge("rt/http/originator")).isEqualTo(1);
    // Unidentified, nobody, refusing and crowded are answered; silent is given up by its caller.
    assertThat(rig.count("rt/http/server/127.0.0.1/0/requests")).isEqualTo(7);
    assertThat(rig.count("rt/http/server/127.0.0.1/0/status/400")).isEqualTo(1);
    assertThat(rig.count("rt/http/server/127.0.0.1/0/status/502")).isEqualTo(3);
  }

  private static Rig.Options options() {
    var options = new Rig.Options();
    options.client = Configs.pool(0, 1, 0, null, null, null);
    options.originator = true;
    return options;
  }

  /** Three answers of one service, one of them bad; and one of each way to get none. */
  private void load() throws Exception {
    rig.backend(
        "web",
        wire -> {
          for (var request = wire.request(); request != null; request = wire.request()) {
            wire.send(request.startsWith("GET /broken") ? BROKEN : OK);
          }
        });
    var asked = new CountDownLatch(1);
    TestBackend.Script silent =
        wire -> {
          wire.request();
          asked.countDown();
          assertThat(wire.isAtEnd()).isTrue();
        };
    rig.backend("silent", silent);
    rig.backend("crowded", silent);
    rig.interpreter.name("nobody").set(new NameTree.Neg<>());
    rig.interpreter.bind("refusing", refusing());
    var caller = rig.caller();
    assertThat(caller.ask(get("/", "web"))).startsWith("HTTP/1.1 200 ");
    assertThat(caller.ask(get("/", "web"))).startsWith("HTTP/1.1 200 ");
    assertThat(caller.ask(get("/broken", "web"))).startsWith("HTTP/1.1 500 ");
    assertThat(caller.ask(get("/", "nobody"))).startsWith("HTTP/1.1 502 ");
    assertThat(caller.ask(get("/", "refusing"))).startsWith("HTTP/1.1 502 ");
    assertThat(caller.ask(get("/", ""))).startsWith("HTTP/1.1 400 ");
    leave("silent", asked);
    crowd(caller);
    Await.until("callers have left", () -> rig.router.connections() == 1);
    rig.awaitQuiet("web");
    rig.awaitQuiet("silent");
    rig.awaitQuiet("crowded");
  }

  private void leave(String host, CountDownLatch asked) throws Exception {
    var leaving = rig.caller();
    leaving.send(get("/", host));
    asked.await();
    leaving.close();
  }

  /** One connection is allowed and nobody may wait for it. */
  private void crowd(Wire caller) throws Exception {
    var first = rig.caller();
    first.send(get("/", "crowded"));
    Await.until("it is asked", () -> rig.gauge("rt/http/client/#/test/crowded/pool_size") == 1);
    assertThat(caller.ask(get("/", "crowded")))
        .startsWith("HTTP/1.1 502 ")
        .endsWith("Too many requests wait for a connection: 0");
    first.close();
  }

  private static InetSocketAddress refusing() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }
  }

  private static String get(String path, String host) {
    return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  private long samples(String path) {
    var node = rig.metrics.snapshot().at(path);
    return node != null && node.value() instanceof Value.Window(var summary) ? summary.count() : 0;
  }

  private static void assertShown(MetricsSnapshot shown, String scope, List<String> names) {
    for (String name : names) {
      var node = shown.at(scope + "/" + name.substring(2));
      assertThat(node).as(scope + "/" + name).isNotNull();
      var kind =
          switch (node == null ? null : node.value()) {
            case null -> '-';
            case Value.Count _ -> 'c';
            case Value.Level _ -> 'g';
            case Value.Window _ -> 's';
          };
      assertThat(kind).as(scope + "/" + name).isEqualTo(name.charAt(0));
    }
  }
}

package fairlead.routing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.balance.accrual.AccrualConfig;
import fairlead.balance.accrual.Backoff;
import fairlead.client.ClientConfig;
import fairlead.client.Configs;
import fairlead.client.VerifyConfig;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.recorder.FlightRecorder;
import fairlead.recorder.FlightRecorder.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ports that are another service's by now while discovery still lists them, on real sockets. */
@Timeout(60)
class WrongServiceTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String CLIENT = "rt/http/client/#/test/web/";
  private static final Duration FOR_EVER = Duration.ofHours(1);

  private final Rig.Options options = new Rig.Options();
  private Rig rig = rig(Duration.ofSeconds(30));

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void fault19_aPortThatAnotherServiceTookOverGetsNoRequest() throws Exception {
    var stays = service("web");
    var stopped = service("web");
    var port = stopped.address();
    rig.interpreter.bind("web", stays.address(), port);
    ask(10);
    assertThat(stopped.heads).isNotEmpty();
    stopped.close();
    var taker = service("billing", port);

    ask(50);

    assertThat(taker.heads).isNotEmpty().allMatch(head -> head.startsWith("GET /health "));
    assertThat(rig.count(CLIENT + "failure_accrual/removals")).isPositive();
    assertThat(rig.gauge(CLIENT + "loadbalancer/available")).isEqualTo(1);
    rig.awaitQuiet("web");
  }

  @Test
  void fault19_whoIsNotTheServiceIsOutAtOnceAndTheRequestIsServedForFree() throws Exception {
    var taker = service("billing");
    rig.interpreter.bind("web", service("web").address(), taker.address());

    ask(50);

    assertThat(taker.heads).hasSize(1);
    assertThat(rig.count(CLIENT + "verify/wrong_service")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "failure_accrual/removals")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "retries/requeues")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "retries/budget_exhausted")).isZero();
    assertThat(FlightRecorder.process().lines(null, Set.of(Kind.HEALTH)))
        .anyMatch(
            line ->
                line.contains("127.0.0.1:" + taker.address().getPort())
                    && line.contains("it is not the service it is listed as"));
  }

  @Test
  void fault19_withNobodyElseTheAnswerIs503WithTheReason() throws Exception {
    var taker = service("billing");
    rig.interpreter.bind("web", taker.address());

    var answer = rig.caller().ask(GET);

    assertThat(answer)
        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
        .endsWith(
            "\r\n\r\nRequest not issued to 127.0.0.1:"
                + taker.address().getPort()
                + ": it is not the service it is listed as: it answers GET /health with"
                + " 'x-service: billing' and not 'web'.\nservice name: /svc/web\n"
                + "client name: /#/test/web");
    assertThat(Wire.header(answer, "l5d-retryable")).isEqualTo("true");
    assertThat(taker.heads).allMatch(head -> head.startsWith("GET /health "));
    rig.awaitQuiet("web");
    assertThat(rig.gauge(CLIENT + "pool_size")).isZero();
  }

  @Test
  void fault19_aConnectionIsVerifiedOnce() throws Exception {
    var backend = service("web");
    rig.interpreter.bind("web", backend.address());

    ask(10);

    assertThat(backend.connections).hasValue(1);
    assertThat(backend.head())
        .startsWith("GET /health HTTP/1.1\r\n")
        .contains("Host: 127.0.0.1:" + backend.address().getPort() + "\r\n");
    assertThat(backend.heads).hasSize(10).allMatch(head -> head.startsWith("GET / "));
    assertThat(rig.count(CLIENT + "verify/proven")).isEqualTo(1);
  }

  @Test
  void fault19_anotherStatusOrNoHeaderIsNoProof() throws Exception {
    rig.backend("web", "HTTP/1.1 404 Not Found\r\nX-Service: web\r\nContent-Length: 4\r\n\r\nnone");
    assertThat(rig.caller().ask(GET))
        .startsWith("HTTP/1.1 503 ")
        .contains("it answers GET /health with status 404 and not 200");
    close();
    rig = rig(Duration.ofSeconds(30));
    rig.backend("web", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assertThat(rig.caller().ask(GET))
        .startsWith("HTTP/1.1 503 ")
        .contains("it answers GET /health without 'x-service: web'");
  }

  @Test
  void fault19_whoSaysNothingIsGivenUpAndAnotherServes() throws Exception {
    close();
    rig = rig(Duration.ofMillis(50));
    var silent =
        rig.unbound(
            wire -> {
              wire.request();
              assertThat(wire.isAtEnd()).isTrue();
            });
    rig.interpreter.bind("web", silent.address(), service("web").address());

    ask(20);

    assertThat(rig.count(CLIENT + "verify/unanswered")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "failure_accrual/removals")).isEqualTo(1);
  }

  @Test
  void fault19_whoClosesBehindTheProofIsToldOfAndNotAskedForEver() throws Exception {
    var backend =
        rig.backend(
            "web",
            "HTTP/1.1 200 OK\r\nX-Service: web\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 502 ");

    assertThat(backend.connections.get()).isLessThan(3);
    assertThat(rig.count(CLIENT + "verify/unanswered")).isPositive();
  }

  @Test
  void fault19_overHttp2TheFirstStreamIsTheProof() throws Exception {
    close();
    options.client = Configs.http2(options.client);
    rig = new Rig(options);
    var asked = new ConcurrentLinkedQueue<String>();
    var taker = rig.unbound(wire -> answer(FrameWire.accepted(wire.socket), "billing", asked));
    var web = rig.unbound(wire -> answer(FrameWire.accepted(wire.socket), "web", asked));
    rig.interpreter.bind("web", taker.address(), web.address());

    ask(20);

    assertThat(asked).hasSize(22);
    assertThat(asked).filteredOn("billing /health"::equals).hasSize(1);
    assertThat(asked).filteredOn("web /health"::equals).hasSize(1);
    assertThat(asked).filteredOn("web /"::equals).hasSize(20);
    assertThat(web.connections).hasValue(1);
    assertThat(rig.count(CLIENT + "verify/wrong_service")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "verify/proven")).isEqualTo(1);
  }

  @Test
  void fault19_overHttp2WithNobodyElseTheAnswerIs503() throws Exception {
    close();
    options.client = Configs.http2(options.client);
    rig = new Rig(options);
    var asked = new ConcurrentLinkedQueue<String>();
    rig.backend("web", wire -> answer(FrameWire.accepted(wire.socket), "billing", asked));

    assertThat(rig.caller().ask(GET))
        .startsWith("HTTP/1.1 503 ")
        .contains("it is not the service it is listed as");

    assertThat(asked).allMatch("billing /health"::equals);
    rig.awaitQuiet("web");
  }

  private static void answer(FrameWire wire, String name, Queue<String> asked) throws IOException {
    for (var next = wire.next(); next != null; next = wire.next()) {
      if (next.type() == Frame.HEADERS) {
        for (String field : wire.fields(next)) {
          if (field.startsWith(":path: ")) {
            asked.add(name + " " + field.substring(":path: ".length()));
          }
        }
        var block = FrameWire.response(200, "x-service: " + name);
        wire.send(Frame.headers(next.stream(), block, true));
      }
    }
  }

  private TestBackend service(String name) {
    return rig.unbound(answering(name));
  }

  /** At the address of one that has just stopped, as soon as the system lets go of it. */
  private TestBackend service(String name, InetSocketAddress address) {
    var taken = new AtomicReference<@Nullable TestBackend>();
    Await.until(
        "the port is free",
        () -> {
          try {
            taken.set(new TestBackend(answering(name), address));
            return true;
          } catch (UncheckedIOException _) {
            return false;
          }
        });
    var backend = requireNonNull(taken.get());
    rig.closing(backend);
    return backend;
  }

  private static TestBackend.Script answering(String name) {
    return wire -> {
      while (wire.request() != null) {
        wire.send("HTTP/1.1 200 OK\r\nX-Service: " + name + "\r\nContent-Length: 2\r\n\r\nok");
      }
    };
  }

  private void ask(int times) throws Exception {
    var caller = rig.caller();
    for (int i = 0; i < times; i++) {
      assertThat(requireNonNull(caller.ask(GET))).startsWith("HTTP/1.1 200 ");
    }
  }

  private Rig rig(Duration timeout) {
    options.client =
        Configs.verify(
            ClientConfig.DEFAULT.with(
                new AccrualConfig.ConsecutiveFailures(5, new Backoff.Constant(FOR_EVER)), false),
            new VerifyConfig("/health", 200, "x-service", "web", timeout));
    return new Rig(options);
  }
}

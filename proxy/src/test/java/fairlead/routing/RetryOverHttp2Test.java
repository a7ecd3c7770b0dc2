package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.client.ClientConfig;
import fairlead.client.Configs;
import fairlead.exchange.ResponseClassifier;
import fairlead.routing.ServiceConfig.Buffers;
import fairlead.routing.classify.GrpcClassifier;
import fairlead.routing.classify.GrpcClassifier.Retries;
import fairlead.routing.classify.H2Classifier;
import fairlead.routing.classify.Retryable;
import fairlead.server.ServerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two hops that speak HTTP/2 to each other: classes in trailers, retries, kept bodies. */
@Timeout(60)
class RetryOverHttp2Test {
  private static final String CALL =
      "POST /s/m HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\nabc";
  private static final String HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String SERVICE = "rt/http/service/svc/web/";

  private final List<Rig> rigs = new ArrayList<>();

  @AfterEach
  void close() {
    rigs.forEach(Rig::close);
  }

  @Test
  void aCallIsTriedAgainByItsTrailers() throws Exception {
    var grpc = new GrpcClassifier(Set.of(0), new Retries.Codes(Set.of(14)));
    var outgoing = outgoing(grpc);
    var incoming = incoming(H2Classifier.DEFAULT);
    outgoing.interpreter.bind("web", incoming.address);
    var bodies = new ConcurrentLinkedQueue<String>();
    var asked = new AtomicInteger();
    incoming.backend(
        "web",
        wire -> {
          for (var one = wire.request(); one != null; one = wire.request()) {
            bodies.add(one.substring(one.indexOf("\r\n\r\n") + 4));
            int status = asked.incrementAndGet() < 3 ? 14 : 0;
            wire.send(HEAD + "2\r\nok\r\n0\r\ngrpc-status: " + status + "\r\n\r\n");
          }
        });

    var answer = outgoing.caller().ask(CALL);

    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nok\ngrpc-status: 0");
    assertThat(Wire.header(answer, "l5d-success-class")).isEqualTo("1.0");
    assertThat(bodies).containsExactly("abc", "abc", "abc");
    awaitEnd(outgoing, incoming);
    assertThat(outgoing.count(SERVICE + "retries/total")).isEqualTo(2);
    assertThat(outgoing.count(SERVICE + "success")).isEqualTo(1);
    assertThat(incoming.count(SERVICE + "requests")).isEqualTo(3);
    assertThat(incoming.count(SERVICE + "success")).isEqualTo(3); // by status, as it is told to
  }

  @Test
  void theClassGoesInTheTrailersWhenTheHeadCameFirst() throws Exception {
    var outgoing = outgoing(H2Classifier.DEFAULT);
    var incoming = incoming(H2Classifier.DEFAULT);
    outgoing.interpreter.bind("web", incoming.address);
    incoming.backend("web", HEAD + "2\r\nok\r\n0\r\n\r\n");

    var answer = outgoing.caller().ask(CALL);

    assertThat(Wire.header(answer.substring(0, answer.indexOf("\r\n\r\n")), "l5d-success-class"))
        .isNull();
    assertThat(answer).endsWith("\r\n\r\nok\nl5d-success-class: 1.0"); // and once only
    awaitEnd(outgoing, incoming);
    assertThat(outgoing.count("rt/http/server/127.0.0.1/0/success")).isEqualTo(1);
    assertThat(incoming.count("rt/http/server/127.0.0.1/0/success")).isEqualTo(1);
  }

  @Test
  void anAnswerWithoutABodySaysItInItsHead() throws Exception {
    var outgoing = outgoing(H2Classifier.DEFAULT);
    var incoming = incoming(H2Classifier.DEFAULT);
    outgoing.interpreter.bind("web", incoming.address);
    incoming.backend("web", "HTTP/1.1 204 None\r\n\r\n");

    assertThat(Wire.header(outgoing.caller().ask(CALL), "l5d-success-class")).isEqualTo("1.0");
  }

  @Test
  void onlyTheFirstOfTwoHopsTriesAgain() throws Exception {
    var outgoing = outgoing(new H2Classifier(Retryable.ALL, false));
    var incoming = incoming(new H2Classifier(Retryable.ALL, false));
    outgoing.interpreter.bind("web", incoming.address);
    var backend = incoming.backend("web", "HTTP/1.1 500 Bad\r\nContent-Length: 3\r\n\r\nbad");

    var answer = outgoing.caller().ask(CALL);

    assertThat(answer).startsWith("HTTP/1.1 500 ").endsWith("bad");
    assertThat(backend.heads).hasSize(101);
    assertThat(incoming.count(SERVICE + "retries/total")).isZero();
  }

  @Test
  void whatTheSecondHopGaveUpIsTriedAgainByNobody() throws Exception {
    var outgoing = outgoing(new H2Classifier(Retryable.ALL, false));
    var incoming = incoming(H2Classifier.DEFAULT, Duration.ofMillis(100));
    outgoing.interpreter.bind("web", incoming.address);
    var backend =
        incoming.backend(
            "web",
            wire -> {
              wire.request();
              assertThat(wire.isAtEnd()).isTrue();
            });

    assertThat(outgoing.caller().ask(CALL)).startsWith("HTTP/1.1 502 ");

    assertThat(backend.heads).hasSize(1); // INTERNAL_ERROR: it may have been done
  }

  private static void awaitEnd(Rig... hops) {
    for (var hop : hops) {
      Await.until("it is over", () -> hop.gauge("rt/http/server/127.0.0.1/0/pending") == 0);
    }
  }

  private Rig outgoing(ResponseClassifier classifier) {
    var options = options(classifier, null);
    options.client = Configs.http2(ClientConfig.DEFAULT);
    return started(options);
  }

  private Rig incoming(ResponseClassifier classifier) {
    return incoming(classifier, null);
  }

  private Rig incoming(ResponseClassifier classifier, @Nullable Duration totalTimeout) {
    var options = options(classifier, totalTimeout);
    options.spoken = ServerConfig.Spoken.HTTP2;
    return started(options);
  }

  private Rig started(Rig.Options options) {
    var rig = new Rig(options);
    rigs.add(rig);
    return rig;
  }

  private static Rig.Options options(
      ResponseClassifier classifier, @Nullable Duration totalTimeout) {
    var options = new Rig.Options();
    var usual = ServiceConfig.usual(classifier, Buffers.DEFAULT);
    options.service =
        new ServiceConfig(
            totalTimeout,
            usual.budget(),
            usual.backoff(),
            classifier,
            usual.classificationTimeout(),
            usual.buffers());
    return options;
  }
}

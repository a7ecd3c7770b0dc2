package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http.TraceHeader;
import fairlead.http.TraceId;
import fairlead.routing.classify.HttpClassifier;
import fairlead.routing.classify.Retryable;
import fairlead.telemetry.trace.Propagation;
import fairlead.telemetry.trace.RecentRequests;
import fairlead.telemetry.trace.Span;
import fairlead.telemetry.trace.Tracing;
import fairlead.telemetry.trace.Tracing.Choice;
import fairlead.telemetry.trace.Tracing.Tracer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which spans a request leaves behind, and what the backend is told ({@code spec/http.md} §13). */
@Timeout(60)
class TracingOnTheWireTest {
  private static final String GET = "GET /a?b HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String BAD = "HTTP/1.1 500 Bad\r\nContent-Length: 3\r\n\r\nbad";

  private final ConcurrentLinkedQueue<Span> spans = new ConcurrentLinkedQueue<>();
  private final List<Rig> rigs = new ArrayList<>();

  @AfterEach
  void close() {
    rigs.forEach(Rig::close);
  }

  @Test
  void aSpanOfTheServerHasOneOfTheClientBelow() throws Exception {
    var rig = rig(Choice.DECIDES, 1);
    var backend = rig.backend("web", OK);

    rig.caller().ask(GET);

    var all = await(2);
    var client = all.get(0);
    var server = all.get(1);
    assertThat(server.side()).isEqualTo(Span.Side.SERVER);
    assertThat(server.isRoot()).isTrue();
    assertThat(server.name()).isEqualTo("http /svc/web");
    assertThat(server.service()).isEqualTo("http");
    assertThat(server.tags())
        .containsEntry("router.label", "http")
        .containsEntry("http.method", "GET")
        .containsEntry("http.uri", "/a")
        .containsEntry("http.host", "web")
        .containsEntry("service", "/svc/web")
        .containsEntry("client", "/#/test/web")
        .containsEntry("dtab.base", "/svc=>/#/test")
        .containsEntry("http.status_code", "200");
    assertThat(server.error()).isNull();
    assertThat(server.destination()).isEqualTo(backend.address());
    assertThat(server.local()).isEqualTo(rig.address);
    assertThat(client.side()).isEqualTo(Span.Side.CLIENT);
    assertThat(client.id().parent()).isEqualTo(server.id().span());
    assertThat(client.id().trace()).isEqualTo(server.id().trace());
    assertThat(client.name()).isEqualTo("GET");
    assertThat(client.remote()).isEqualTo(backend.address());
    assertThat(client.remoteService()).isEqualTo("/svc/web");
    assertThat(client.tags())
        .containsEntry("http.status_code", "200")
        .containsEntry("l5d.success", "1.0");
    assertThat(client.startMicros()).isGreaterThanOrEqualTo(server.startMicros());
    assertThat(client.startMicros() + client.durationMicros())
        .isLessThanOrEqualTo(server.startMicros() + server.durationMicros());
    var told = told(backend);
    assertThat(told.span()).isEqualTo(client.id().span());
    assertThat(told.parent()).isEqualTo(server.id().span());
    assertThat(told.isSampled()).isTrue(); // the decision goes on
  }

  @Test
  void eachAttemptHasASpan() throws Exception {
    var options = new Rig.Options();
    options.service = ServiceConfig.usual(new HttpClassifier(Retryable.READ, false), null);
    var rig = rig(options, Choice.DECIDES, 1);
    var failing = new AtomicBoolean(true);
    rig.backend(
        "web",
        wire -> {
          while (wire.request() != null) {
            wire.send(failing.getAndSet(false) ? BAD : OK);
          }
        });

    rig.caller().ask(GET);

    var all = await(3);
    assertThat(all.get(0).error()).isEqualTo("500");
    assertThat(all.get(0).notes()).extracting(Span.Note::text).contains("l5d.retryable");
    assertThat(all.get(1).error()).isNull();
    assertThat(all.get(2).side()).isEqualTo(Span.Side.SERVER);
    assertThat(all.get(2).tags()).containsEntry("l5d.retries", "1");
    assertThat(all.get(0).id().span()).isNotEqualTo(all.get(1).id().span());
  }

  @Test
  void aFailureIsTold() throws Exception {
    var rig = rig(Choice.DECIDES, 1);

    rig.caller().ask("GET / HTTP/1.1\r\nHost: unknown\r\n\r\n");

    var server = await(1).getFirst();
    assertThat(server.error()).isEqualTo("Unable to route request!");
    assertThat(server.tags())
        .containsEntry("http.status_code", "502")
        .containsEntry("io.buoyant.router.Failure", "ClientAcquisition");
  }

  @Test
  void whatIsNotSampledLeavesNothingAndThoseBehindAreToldSo() throws Exception {
    var rig = rig(Choice.DECIDES, 0);
    var backend = rig.backend("web", OK);

    rig.caller().ask(GET);

    rig.awaitQuiet("web");
    assertThat(spans).isEmpty();
    assertThat(told(backend).isDecided()).isTrue();
    assertThat(told(backend).isSampled()).isFalse();
  }

  @Test
  void whatIsNotSampledAllocatesWhatItDidWithoutTelemeters() throws Exception {
    long without = AccessLogOnTheWireTest.allocated(new Rig.Options());
    var options = new Rig.Options();
    options.tracing =
        new Tracing(
            List.of(tracer(Choice.DECIDES, 0), tracer(Choice.ALONE, 0)), InstantSource.system());

    long with = AccessLogOnTheWireTest.allocated(options);

    assertThat(with - without).isLessThan(16); // less than any object
  }

  @Test
  void onlyADecidingTelemeterDecidesForThoseBehind() throws Exception {
    var rig = rig(Choice.FOLLOWS, 1);
    var backend = rig.backend("web", OK);

    rig.caller().ask(GET);

    assertThat(await(2)).hasSize(2);
    assertThat(told(backend).isDecided()).isFalse();
  }

  @Test
  void theDecisionThatCameCounts() throws Exception {
    var rig = rig(Choice.DECIDES, 0);
    rig.backend("web", OK);

    rig.caller().ask("GET / HTTP/1.1\r\nHost: web\r\nl5d-sample: 1.0\r\n\r\n");
    assertThat(await(2)).hasSize(2);

    rig.caller().ask(withTrace(TraceId.DEBUG));
    assertThat(await(4).get(3).id().trace()).isEqualTo(3);
  }

  @Test
  void aDecisionAgainstItCountsToo() throws Exception {
    var rig = rig(Choice.DECIDES, 1);
    rig.backend("web", OK);

    rig.caller().ask(withTrace(TraceId.DECIDED));

    rig.awaitQuiet("web");
    assertThat(spans).isEmpty();
  }

  @Test
  void aChainOfDifferentHeadersIsOneTrace() throws Exception {
    var first = rig(propagating(Propagation.ZIPKIN), Choice.DECIDES, 1);
    var second = rig(propagating(Propagation.ZIPKIN), Choice.DECIDES, 0);
    second.backend("web", OK);
    first.interpreter.bind("web", second.address);

    first
        .caller()
        .ask("GET / HTTP/1.1\r\nHost: web\r\nb3: 00000000000000000000000000000abc-1-1\r\n\r\n");

    var all = await(4);
    assertThat(all).allSatisfy(span -> assertThat(span.id().trace()).isEqualTo(0xabc));
    assertThat(all).extracting(Span::side).filteredOn(Span.Side.SERVER::equals).hasSize(2);
    for (int i = 0; i < 3; i++) { // the innermost ends first
      assertThat(all.get(i).id().parent()).isEqualTo(all.get(i + 1).id().span());
    }
    assertThat(all.get(3).id().parent()).isEqualTo(1);
  }

  @Test
  void recentRequestsAreKeptNewestFirst() throws Exception {
    var recent = new RecentRequests(2);
    var options = new Rig.Options();
    options.tracing =
        new Tracing(
            List.of(new Tracer(Choice.ALONE, 1, recent), tracer(Choice.FOLLOWS, 1)),
            InstantSource.system());
    var rig = start(options);
    var backend = rig.backend("web", OK);
    rig.backend("api", OK);

    var caller = rig.caller();
    caller.ask(GET);
    caller.ask(GET);
    caller.ask("GET / HTTP/1.1\r\nHost: unknown\r\n\r\n"); // went nowhere: no row
    caller.ask("GET / HTTP/1.1\r\nHost: api\r\n\r\n");

    await(7);
    assertThat(recent.newest())
        .extracting(RecentRequests.Row::service)
        .containsExactly("/svc/api", "/svc/web");
    var row = recent.newest().get(1);
    assertThat(row.client()).isEqualTo("/#/test/web");
    assertThat(row.router()).isEqualTo("http");
    assertThat(row.destination()).isEqualTo("127.0.0.1:" + backend.address().getPort());
    assertThat(row.server()).isEqualTo("127.0.0.1:" + rig.address.getPort());
    assertThat(row.source()).startsWith("127.0.0.1:");
  }

  private static String withTrace(long flags) {
    byte[] bytes = new byte[TraceHeader.MOST_BYTES];
    var id = new TraceId(1, 2, 3, 0, flags);
    int length = TraceHeader.encode(1, 2, id, bytes);
    String value = new String(bytes, 0, length, java.nio.charset.StandardCharsets.US_ASCII);
    return "GET / HTTP/1.1\r\nHost: web\r\nl5d-ctx-trace: " + value + "\r\n\r\n";
  }

  private static Rig.Options propagating(Propagation propagation) {
    var options = new Rig.Options();
    options.propagation = propagation;
    return options;
  }

  private Rig rig(Choice choice, double rate) {
    return rig(new Rig.Options(), choice, rate);
  }

  private Rig rig(Rig.Options options, Choice choice, double rate) {
    options.tracing = new Tracing(List.of(tracer(choice, rate)), InstantSource.system());
    return start(options);
  }

  private Tracer tracer(Choice choice, double rate) {
    return new Tracer(choice, rate, spans::add);
  }

  private Rig start(Rig.Options options) {
    var rig = new Rig(options);
    rigs.add(rig);
    return rig;
  }

  private List<Span> await(int count) {
    Await.until(count + " spans", () -> spans.size() >= count);
    return List.copyOf(spans);
  }

  /** What the backend was told of the request that it got last. */
  private static TraceId told(TestBackend backend) {
    @Nullable String value = null;
    for (var head : backend.heads) {
      value = Wire.header(head, "l5d-ctx-trace");
    }
    return Objects.requireNonNull(TraceHeader.parse(String.valueOf(value)));
  }
}

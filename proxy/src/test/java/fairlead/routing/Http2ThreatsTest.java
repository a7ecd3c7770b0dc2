package fairlead.routing;

import static fairlead.exchange.ErrorCode.CANCEL;
import static fairlead.exchange.ErrorCode.ENHANCE_YOUR_CALM;
import static fairlead.exchange.ErrorCode.PROTOCOL_ERROR;
import static fairlead.http2.FrameWire.block;
import static fairlead.http2.FrameWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.http2.HeaderBlock;
import fairlead.http2.HeaderBlock.Literal;
import fairlead.recorder.FlightRecorder;
import fairlead.recorder.FlightRecorder.Kind;
import fairlead.server.GuardConfig;
import fairlead.wire.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code spec/threats.md} 31–40 on a real listener: what a caller floods us with, it pays for. */
@Timeout(120)
class Http2ThreatsTest {
  /** More than any budget allows, and few enough to be quick. */
  private static final int FLOOD = 20_000;

  private static final int BATCH = 500;
  private static final byte[] NOTHING = {};
  private static final String SERVER = "rt/http/server/127.0.0.1/0/";

  private final AtomicInteger asked = new AtomicInteger();
  private final Http2 http2 = new Http2();

  @AfterEach
  void close() {
    http2.close();
  }

  /** A backend that counts requests and answers none. */
  private void silent() {
    http2.rig.backend(
        "web",
        wire -> {
          while (wire.request() != null) {
            asked.incrementAndGet();
          }
        });
  }

  /** One frame, or a few, for each number; until the connection is closed on us. */
  private interface Flood {
    Frame[] frames(int i);
  }

  /** Sends all of the flood, or as much as is taken; the code that the connection ended with. */
  private static long flood(FrameWire caller, int count, Flood flood) throws IOException {
    try {
      for (int i = 0; i < count; i += BATCH) {
        caller.send(
            IntStream.range(i, i + BATCH)
                .mapToObj(flood::frames)
                .flatMap(Stream::of)
                .toArray(Frame[]::new));
      }
    } catch (IOException closed) {
      assertThat(closed)
          .hasMessageMatching(".*(reset|pipe|closed|abort).*"); // what we are here for
    }
    return caller.awaitGoAway();
  }

  private void assertCalmedDown(String reason, Flood flood) throws IOException {
    var caller = http2.caller();

    assertThat(flood(caller, FLOOD, flood)).isEqualTo(ENHANCE_YOUR_CALM.number());
    assertThat(http2.rig.count(SERVER + "glitch_closes/" + reason)).isEqualTo(1);
    Await.until("the connection is gone", () -> http2.rig.router.connections() == 0);
    assertThat(FlightRecorder.process().lines(null, Set.of(Kind.LISTENER)))
        .anyMatch(
            event -> event.contains("GOAWAY: too many of " + reason.toUpperCase(Locale.ROOT)));
  }

  private static int stream(int i) {
    return 2 * i + 1;
  }

  @Test
  void threat31_rapidResetIsStopped() throws IOException {
    silent();
    assertCalmedDown(
        "reset",
        i ->
            new Frame[] {
              Frame.headers(stream(i), request("GET", "/"), true), Frame.reset(stream(i), 8)
            });

    assertThat(http2.rig.count("rt/http/service/svc/web/requests")).isLessThan(300);
    assertThat(asked.get()).isLessThan(300);
    Await.until("nothing is pending", () -> http2.rig.gauge(SERVER + "pending") == 0);
  }

  /** Some each second is what callers do that time out. */
  @Test
  void threat31_aFewResetsAreNothing() throws IOException {
    silent();
    var caller = http2.caller();
    for (int i = 0; i < 100; i++) {
      caller.get(stream(i), "/");
      caller.send(Frame.reset(stream(i), 8));
    }
    http2.rig.backend("other", Http2.OK);
    var other = block(":method: GET", ":scheme: http", ":path: /", ":authority: other");
    caller.send(Frame.headers(stream(100), other, true));

    assertThat(caller.answer(stream(100)).status()).isEqualTo("200");
  }

  static List<List<Frame>> whatMakesUsReset() {
    return List.of(
        List.of(Frame.windowUpdate(1, 0)),
        List.of(Frame.windowUpdate(1, 0x7fff_ffff)),
        List.of(Frame.data(1, new byte[1], false)),
        List.of(Frame.headers(1, block("x: y"), true)));
  }

  /** The caller has us reset what it asked for, and its budget pays. */
  @ParameterizedTest
  @MethodSource("whatMakesUsReset")
  void threat32_madeYouResetIsStopped(List<Frame> wrong) throws IOException {
    silent();
    assertCalmedDown(
        "fault",
        i ->
            Stream.concat(
                    Stream.of(Frame.headers(stream(i), request("GET", "/"), true)),
                    wrong.stream().map(f -> on(stream(i), f)))
                .toArray(Frame[]::new));

    assertThat(asked.get()).isLessThan(300);
    Await.until("nothing is pending", () -> http2.rig.gauge(SERVER + "pending") == 0);
  }

  private static Frame on(int stream, Frame frame) {
    return new Frame(frame.type(), frame.flags(), stream, frame.payload());
  }

  @Test
  void threat32_malformedRequestsAreStopped() throws IOException {
    silent();
    assertCalmedDown(
        "fault",
        i -> new Frame[] {Frame.headers(stream(i), request("GET", "/", "bad name: x"), true)});

    assertThat(asked).hasValue(0);
  }

  /**
   * The answer is sent: the setting is advice (RFC 9113 §6.5.2), and an answer that fails costs.
   */
  @Test
  void threat33_aTinyHeaderListFailsNoAnswer() throws IOException {
    http2.rig.backend("web", Http2.OK);
    var caller = http2.caller(Frame.MAX_HEADER_LIST_SIZE, 1);

    Http2.serves(caller, 1);
    Http2.serves(caller, 3);
  }

  @Test
  void threat34_continuationsWithoutEndAreStopped() throws IOException {
    var caller = http2.caller();
    caller.send(new Frame(Frame.HEADERS, 0, 1, request("GET", "/").bytes()));

    assertThat(
            flood(caller, FLOOD, _ -> new Frame[] {new Frame(Frame.CONTINUATION, 0, 1, NOTHING)}))
        .isEqualTo(ENHANCE_YOUR_CALM.number());
  }

  @Test
  void threat34_aLongBlockIsStopped() throws IOException {
    var caller = http2.caller();
    byte[] part = new HeaderBlock().field(Literal.NOT_INDEXED, "x", "v".repeat(8000)).bytes();
    caller.send(
        new Frame(Frame.HEADERS, 0, 1, request("GET", "/").bytes()),
        new Frame(Frame.CONTINUATION, 0, 1, part),
        new Frame(Frame.CONTINUATION, 0, 1, part),
        new Frame(Frame.CONTINUATION, 0, 1, part));

    assertThat(caller.awaitGoAway()).isEqualTo(ENHANCE_YOUR_CALM.number());
  }

  @Test
  void threat34_aBlockThatTakesTooLongIsStopped() throws IOException {
    var options = Http2.options();
    options.guard = impatient(Duration.ofMillis(300), Duration.ofSeconds(60));
    try (var impatient = new Http2(options)) {
      var caller = impatient.caller();
      caller.send(new Frame(Frame.HEADERS, 0, 1, request("GET", "/").bytes()));

      assertThat(caller.awaitGoAway()).isEqualTo(ENHANCE_YOUR_CALM.number());
      assertThat(impatient.rig.count(SERVER + "head_timeout")).isEqualTo(1);
    }
  }

  @Test
  void threat35_emptyDataAreStopped() throws IOException {
    silent();
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("POST", "/"), false));

    assertThat(flood(caller, FLOOD, _ -> new Frame[] {Frame.data(1, NOTHING, false)}))
        .isEqualTo(ENHANCE_YOUR_CALM.number());
  }

  @Test
  void threat35_emptyDataOfAResetStreamAreStoppedToo() throws IOException {
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("POST", "/", "bad name: x"), false));

    assertThat(flood(caller, FLOOD, _ -> new Frame[] {Frame.data(1, NOTHING, false)}))
        .isEqualTo(ENHANCE_YOUR_CALM.number());
  }

  @Test
  void threat35_pingsAreStopped() throws IOException {
    assertCalmedDown("ping", i -> new Frame[] {Frame.ping(i)});
  }

  @Test
  void threat35_settingsAreStopped() throws IOException {
    assertCalmedDown("settings", i -> new Frame[] {Frame.settings(Frame.INITIAL_WINDOW_SIZE, i)});
  }

  @Test
  void threat35_prioritiesAreStopped() throws IOException {
    assertCalmedDown(
        "ignored", i -> new Frame[] {new Frame(Frame.PRIORITY, 0, stream(i), new byte[5])});
  }

  @Test
  void threat35_unknownFramesAreStopped() throws IOException {
    assertCalmedDown("ignored", _ -> new Frame[] {new Frame(0xaa, 0, 0, NOTHING)});
  }

  @Test
  void threat35_windowUpdatesAreStopped() throws IOException {
    assertCalmedDown("window_update", _ -> new Frame[] {Frame.windowUpdate(0, 1)});
  }

  @Test
  void threat35_resetsOfStreamsThatAreGoneAreStopped() throws IOException {
    http2.rig.backend("web", Http2.OK);
    var caller = http2.caller();
    Http2.serves(caller, 1);

    assertThat(flood(caller, FLOOD, _ -> new Frame[] {Frame.reset(1, 8)}))
        .isEqualTo(ENHANCE_YOUR_CALM.number());
  }

  /** It asks and asks, and reads nothing: what we owe it must not grow without a bound. */
  @Test
  void threat35_answersThatNobodyReadsAreBounded() throws Exception {
    http2.rig.backend(
        "web", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: " + "x".repeat(4000) + "\r\n\r\n");
    var caller = http2.caller();
    var sending =
        Thread.startVirtualThread(
            () -> {
              try {
                for (int i = 0; i < 10_000_000; i++) {
                  caller.get(stream(i), "/");
                }
              } catch (IOException closed) {
                assertThat(closed).isNotNull();
              }
            });

    sending.join();
    Await.until("the connection is gone", () -> http2.rig.router.connections() == 0);
  }

  /** Each value would move the window of each stream. */
  @Test
  void threat35_manyValuesOfASettingCostWhatOneCosts() throws IOException {
    silent();
    var caller = http2.caller();
    for (int i = 0; i < 900; i++) {
      caller.get(stream(i), "/");
    }
    long[] values = new long[2 * 2700];
    for (int i = 0; i < values.length; i += 2) {
      values[i] = Frame.INITIAL_WINDOW_SIZE;
      values[i + 1] = i;
    }
    long start = System.nanoTime();
    for (int i = 0; i < 400; i++) {
      caller.send(Frame.settings(values));
    }
    caller.ping();

    // A million values; 900 windows moved for each would take minutes.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void threat36_aBombIsAnsweredWithinTheLimitAndItsTableIsRight() throws IOException {
    http2.rig.backend("web", Http2.OK);
    var caller = http2.caller();
    HeaderBlock bomb = request("GET", "/");
    bomb.field(Literal.INDEXED, "x", "v".repeat(4000));
    for (int i = 0; i < 10_000; i++) {
      bomb.indexed(62);
    }
    caller.send(Frame.headers(1, bomb, true));
    assertThat(caller.answer(1).status()).isEqualTo("431");

    var later = request("GET", "/").indexed(62);
    caller.send(Frame.headers(3, later, true));
    assertThat(caller.answer(3).status()).isEqualTo("200");
  }

  @Test
  void threat36_bombsAreStopped() throws IOException {
    byte[] bomb = new byte[16_000];
    Arrays.fill(bomb, (byte) 0x90); // accept-encoding of the static table, again and again
    assertCalmedDown(
        "headers",
        i ->
            new Frame[] {
              new Frame(Frame.HEADERS, Frame.END_HEADERS | Frame.END_STREAM, stream(i), bomb)
            });
  }

  /** A thousand streams of each of ten callers are on one connection to the backend. */
  @Test
  void threat38_tenThousandStreamsAreResetInLinearTime() throws IOException {
    try (var both = new Http2(Http2.toHttp2())) {
      both.backend(
          "web",
          h2 -> {
            for (var frame = h2.next(); frame != null; frame = h2.next()) {
              asked.addAndGet(frame.type() == Frame.HEADERS ? 1 : 0);
            }
          },
          Frame.MAX_CONCURRENT_STREAMS,
          1_000_000);
      long few = resetTogether(both, 100);
      long many = resetTogether(both, 1000);

      assertThat(many).isLessThan(10 * 10 * Math.max(few, 10_000_000));
      assertThat(asked).hasValue(11_000);
    }
  }

  /** Streams of ten callers, who leave together; how long that takes. */
  private long resetTogether(Http2 both, int streams) throws IOException {
    int before = asked.get();
    var callers = new FrameWire[10];
    for (int c = 0; c < callers.length; c++) {
      callers[c] = both.caller();
      for (int i = 0; i < streams; i++) {
        callers[c].get(stream(i), "/");
      }
      callers[c].ping();
    }
    Await.until("all were asked", () -> asked.get() == before + 10 * streams);
    long start = System.nanoTime();
    for (var caller : callers) {
      caller.abort();
    }
    Await.until("all are gone", () -> both.rig.router.connections() == 0);
    Await.until("nothing is pending", () -> both.rig.gauge(SERVER + "pending") == 0);
    return System.nanoTime() - start;
  }

  /** The window stays shut: the stream is given up, the connection lives, the backend is free. */
  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void threat39_aStreamThatTakesNothingIsGivenUp(int window) throws IOException {
    var options = Http2.options();
    options.guard = impatient(Duration.ofSeconds(60), Duration.ofMillis(400));
    try (var impatient = new Http2(options)) {
      impatient.rig.backend(
          "web", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "b".repeat(100_000));
      var caller = impatient.caller(Frame.INITIAL_WINDOW_SIZE, window);
      caller.get(1, "/");

      assertThat(caller.awaitReset(1)).isEqualTo(CANCEL.number());
      assertThat(impatient.rig.count(SERVER + "write_timeout")).isEqualTo(1);
      caller.ping();
      Await.until("nothing is pending", () -> impatient.rig.gauge(SERVER + "pending") == 0);
    }
  }

  /** What waits for slow readers is bounded: the backends wait, too. */
  @Test
  void threat40_whatSlowReadersLeaveWaitingIsBounded() throws Exception {
    var sent = new AtomicInteger();
    http2.rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
          String part = "b".repeat(100_000);
          for (int i = 0; i < 1000; i++) {
            wire.send(part);
            sent.addAndGet(part.length());
          }
        });
    var caller = http2.caller(Frame.INITIAL_WINDOW_SIZE, 0);
    caller.get(1, "/");
    caller.await(f -> f.type() == Frame.HEADERS && f.stream() == 1);
    int before = -1;
    for (int now = 0; now > before; now = sent.get()) {
      before = now;
      for (int i = 0; i < 200; i++) {
        caller.ping(); // as long as this takes, the backend could send more
      }
    }

    assertThat(sent.get()).isLessThan(30_000_000); // the kernel's buffers, and little of ours
  }

  /** D3: Linkerd keeps the last of them. */
  @Test
  void seenD03_fieldsThatComeOftenAreAllKeptInOrder() throws IOException {
    var backend = http2.rig.backend("web", Http2.OK);
    var caller = http2.caller();
    caller.send(
        Frame.headers(
            1,
            request("GET", "/", "x-a: 1", "cookie: a=1", "x-b: 2", "x-a: 3", "cookie: b=2"),
            true));
    assertThat(caller.answer(1).status()).isEqualTo("200");
    String head = backend.head();

    assertThat(head).containsSubsequence("x-a: 1\r\n", "x-b: 2\r\n", "x-a: 3\r\n");
    assertThat(head).containsIgnoringCase("cookie: a=1; b=2\r\n");
  }

  @Test
  void seenD03_fieldsThatComeOftenAreAllKeptFromHttp2ToHttp2() throws IOException {
    try (var both = new Http2(Http2.toHttp2())) {
      both.backend(
          "web",
          h2 -> {
            var headers = h2.await(f -> f.type() == Frame.HEADERS);
            var head = FrameWire.response(200, "set-cookie: a=1", "x-a: 1", "set-cookie: b=2");
            for (String field : h2.fields(headers)) {
              if (field.startsWith("x-a") || field.startsWith("cookie")) {
                int colon = field.indexOf(':');
                head.field(
                    Literal.NOT_INDEXED,
                    "seen-" + field.substring(0, colon),
                    field.substring(colon + 2));
              }
            }
            h2.send(Frame.headers(headers.stream(), head, true));
            h2.next();
          });
      var caller = both.caller();
      caller.send(
          Frame.headers(
              1, request("GET", "/", "x-a: 1", "cookie: a=1", "x-a: 3", "cookie: b=2"), true));
      var answer = caller.answer(1);

      assertThat(answer.head())
          .containsSubsequence("set-cookie: a=1", "set-cookie: b=2")
          .containsSubsequence("seen-x-a: 1", "seen-x-a: 3");
      String cookies =
          answer.head().stream()
              .filter(f -> f.startsWith("seen-cookie: "))
              .map(f -> f.substring("seen-cookie: ".length()))
              .collect(Collectors.joining("; "));
      assertThat(cookies).isEqualTo("a=1; b=2");
    }
  }

  @Test
  void threat41_afterAnErrorNothingMoreIsServed() throws IOException {
    silent();
    var caller = http2.caller();
    caller.send(
        Frame.data(0, NOTHING, false),
        Frame.headers(1, request("GET", "/"), true),
        Frame.headers(3, request("GET", "/"), true));

    assertThat(caller.awaitGoAway()).isEqualTo(PROTOCOL_ERROR.number());
    assertThat(asked).hasValue(0);
  }

  private static GuardConfig impatient(Duration head, Duration write) {
    return new GuardConfig(
        new Patience(head, Duration.ofSeconds(60), 64, write, null), null, null, List.of(), false);
  }
}

package fairlead.routing;

import static fairlead.exchange.ErrorCode.FLOW_CONTROL_ERROR;
import static fairlead.exchange.ErrorCode.NO_ERROR;
import static fairlead.exchange.ErrorCode.PROTOCOL_ERROR;
import static fairlead.exchange.ErrorCode.REFUSED_STREAM;
import static fairlead.exchange.ErrorCode.STREAM_CLOSED;
import static fairlead.http2.FrameWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.Requirement;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.http2.HeaderBlock;
import fairlead.http2.Http2Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of RFC 9113 §5 and §6.9 for streams and windows of a caller, on a real listener. */
@Timeout(60)
class Http2StreamsTest {
  private static final byte[] NOTHING = {};
  private static final int BODY_BYTES = 200_000;

  private final Http2 http2 = new Http2();

  @BeforeEach
  void serve() {
    http2.rig.backend(
        "web",
        wire -> {
          for (var one = wire.request(); one != null; one = wire.request()) {
            if (one.contains(" /large ")) {
              wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
              wire.send("b".repeat(BODY_BYTES));
            } else if (!one.contains(" /wait ")) {
              wire.send(Http2.OK);
            }
          }
        });
  }

  @AfterEach
  void close() {
    http2.close();
  }

  // §5.1

  @ParameterizedTest
  @ValueSource(ints = {Frame.DATA, Frame.RST_STREAM, Frame.WINDOW_UPDATE})
  @Requirement(
      rfc = "9113 §5.1",
      says = "on an idle stream nothing but HEADERS and PRIORITY may come")
  @Requirement(rfc = "9113 §6.4", says = "RST_STREAM of an idle stream is a PROTOCOL_ERROR")
  void threat41_framesOnAnIdleStreamEndTheConnection(int type) throws IOException {
    http2.refused(PROTOCOL_ERROR, new Frame(type, 0, 7, new byte[] {0, 0, 0, 1}));
  }

  @Test
  @Requirement(rfc = "9113 §5.1", says = "PRIORITY may come in any state")
  void priorityMayComeAtAnyTime() throws IOException {
    var caller = http2.caller();
    caller.send(new Frame(Frame.PRIORITY, 0, 1, new byte[5]));
    Http2.serves(caller, 1);
    caller.send(
        new Frame(Frame.PRIORITY, 0, 1, new byte[5]), new Frame(Frame.PRIORITY, 0, 2, new byte[5]));
    Http2.serves(caller, 3);
  }

  @Test
  @Requirement(
      rfc = "9113 §5.1",
      says = "DATA on a half-closed (remote) stream is a stream error STREAM_CLOSED")
  @Requirement(rfc = "9113 §6.1", says = "DATA on a stream that is not open is STREAM_CLOSED")
  void threat41_dataBehindTheEndResetsTheStream() throws IOException {
    var caller = http2.caller();
    caller.get(1, "/wait");
    caller.send(Frame.data(1, new byte[1], false));

    assertThat(caller.awaitReset(1)).isEqualTo(STREAM_CLOSED.number());
    Http2.serves(caller, 3);
  }

  @Test
  @Requirement(
      rfc = "9113 §5.1",
      says = "HEADERS on a half-closed (remote) stream is a stream error STREAM_CLOSED")
  void threat41_headersBehindTheEndResetTheStream() throws IOException {
    var caller = http2.caller();
    caller.get(1, "/wait");
    caller.send(Frame.headers(1, FrameWire.block("x: y"), true));

    assertThat(caller.awaitReset(1)).isEqualTo(STREAM_CLOSED.number());
    Http2.serves(caller, 3);
  }

  @Test
  @Requirement(
      rfc = "9113 §5.1",
      says = "WINDOW_UPDATE and RST_STREAM of a closed stream are no fault")
  @Requirement(rfc = "9113 §6.9", says = "WINDOW_UPDATE of a stream that has ended is no error")
  void controlFramesOfAClosedStreamAreIgnored() throws IOException {
    var caller = http2.caller();
    Http2.serves(caller, 1);
    caller.send(Frame.windowUpdate(1, 10), Frame.reset(1, 8));

    assertThat(caller.ping()).isEmpty();
    Http2.serves(caller, 3);
  }

  @Test
  @Requirement(
      rfc = "9113 §5.1",
      says = "nothing of a stream is sent once both sides have ended it")
  void aStreamThatBothHaveEndedIsLeftAlone() throws IOException {
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("POST", "/"), false));
    for (int i = 0; i < 3; i++) {
      caller.send(Frame.data(1, new byte[16_384], i == 2));
    }
    assertThat(caller.answer(1).status()).isEqualTo("200");

    assertThat(caller.ping()).noneMatch(f -> f.stream() == 1);
    Http2.serves(caller, 3);
  }

  @Test
  @Requirement(rfc = "9113 §6.1", says = "DATA on a closed stream is STREAM_CLOSED")
  void threat41_dataOnAClosedStreamIsRefused() throws IOException {
    var caller = http2.caller();
    Http2.serves(caller, 1);
    caller.send(Frame.data(1, new byte[10], false));

    assertThat(caller.awaitReset(1)).isEqualTo(STREAM_CLOSED.number());
    Http2.serves(caller, 3);
  }

  @Test
  @Requirement(
      rfc = "9113 §5.1",
      says = "what comes on a stream that we reset is dropped, its blocks decoded first")
  @Requirement(rfc = "9113 §5.4.2", says = "who sends RST_STREAM bears what was on its way")
  @Requirement(rfc = "9113 §6.4", says = "frames that cross our RST_STREAM are read and dropped")
  void whatCrossesOurResetIsDropped() throws IOException {
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("POST", "/", "bad name: x"), false));
    assertThat(caller.awaitReset(1)).isEqualTo(PROTOCOL_ERROR.number());
    var trailers = new HeaderBlock().field(HeaderBlock.Literal.INDEXED, "x-kept", "1");
    caller.send(
        Frame.data(1, new byte[100], false),
        Frame.windowUpdate(1, 1),
        Frame.headers(1, trailers, true),
        Frame.reset(1, 8));

    assertThat(caller.ping()).noneMatch(f -> f.type() == Frame.RST_STREAM);
    caller.send(Frame.headers(3, request("GET", "/").indexed(62), true));
    assertThat(caller.answer(3).status()).isEqualTo("200");
  }

  @Test
  @Requirement(rfc = "9113 §5.4.2", says = "RST_STREAM is not answered by RST_STREAM")
  @Requirement(rfc = "9113 §6.4", says = "behind a peer's RST_STREAM its stream is left alone")
  void aResetIsNotAnswered() throws IOException {
    var caller = http2.caller();
    caller.get(1, "/wait");
    caller.get(3, "/large");
    caller.await(f -> f.type() == Frame.DATA && f.stream() == 3);
    caller.send(Frame.reset(1, 8), Frame.reset(3, 8), Frame.reset(3, 8));
    assertThat(caller.ping()).noneMatch(f -> f.type() == Frame.RST_STREAM);
    caller.send(Frame.windowUpdate(0, 100_000), Frame.windowUpdate(3, 100_000));

    assertThat(caller.ping()).noneMatch(f -> f.stream() != 0);
  }

  // §5.1.1

  @Test
  @Requirement(rfc = "9113 §5.1.1", says = "a client's streams have odd numbers")
  void threat41_evenNumbersAreRefused() throws IOException {
    http2.refused(PROTOCOL_ERROR, Frame.headers(2, request("GET", "/"), true));
  }

  @Test
  @Requirement(
      rfc = "9113 §5.1.1",
      says = "a new stream's number is above all before it, else PROTOCOL_ERROR")
  void threat41_numbersRise() throws IOException {
    http2.refused(
        PROTOCOL_ERROR,
        Frame.headers(5, request("GET", "/"), true),
        Frame.headers(3, request("GET", "/"), true));
  }

  @Test
  @Requirement(rfc = "9113 §5.1.1", says = "a number is not used again")
  void threat41_numbersAreNotUsedAgain() throws IOException {
    var caller = http2.caller();
    Http2.serves(caller, 1);
    caller.get(1, "/");

    assertThat(caller.awaitGoAway()).isEqualTo(PROTOCOL_ERROR.number());
  }

  @Test
  @Requirement(rfc = "9113 §5.1.1", says = "numbers may be left out, up to the last there is")
  void numbersMayBeLeftOut() throws IOException {
    var caller = http2.caller();
    Http2.serves(caller, 9);
    Http2.serves(caller, Integer.MAX_VALUE);
  }

  // §5.1.2

  @Test
  @Requirement(
      rfc = "9113 §5.1.2",
      says = "streams beyond the limit that we told are refused, and the others served")
  @Requirement(rfc = "9113 §8.7", says = "REFUSED_STREAM means that nothing was processed")
  void streamsBeyondTheLimitAreRefused() throws IOException {
    var options = Http2.options();
    options.http2 = new Http2Settings(null, null, null, null, 0.5, 2);
    try (var few = new Http2(options)) {
      var backend = few.rig.backend("web", Http2StreamsTest::neverAnswer);
      var caller = few.caller();
      caller.get(1, "/");
      caller.get(3, "/");
      caller.get(5, "/");

      assertThat(caller.awaitReset(5)).isEqualTo(REFUSED_STREAM.number());
      Await.until("two were asked for", () -> backend.heads.size() == 2);
      caller.send(Frame.reset(1, 8));
      caller.get(7, "/");
      Await.until("a third was asked for", () -> backend.heads.size() == 3);
    }
  }

  /** Holds the connection, as one that is closed ends its stream, and makes room for another. */
  private static void neverAnswer(Wire wire) throws IOException {
    assertThat(wire.request()).isNotNull();
    assertThat(wire.request()).isNull();
  }

  // §5.2, §6.9

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, 65_535})
  @Requirement(
      rfc = "9113 §5.2.1",
      says = "no more is sent than a stream's window allows; it grows by WINDOW_UPDATE")
  @Requirement(rfc = "9113 §6.9.1", says = "DATA never exceed the windows")
  void theStreamsWindowIsKept(int window) throws IOException {
    var caller = http2.caller(Frame.INITIAL_WINDOW_SIZE, window);
    caller.send(Frame.windowUpdate(0, 1 << 20));
    caller.get(1, "/large");
    caller.await(f -> f.type() == Frame.HEADERS);
    assertThat(bytes(caller, window)).isEqualTo(window);

    caller.send(Frame.windowUpdate(1, 100));
    assertThat(bytes(caller, 100)).isEqualTo(100);
    assertThat(caller.ping()).noneMatch(f -> f.type() == Frame.DATA);
  }

  @Test
  @Requirement(rfc = "9113 §6.9.2", says = "the connection's window begins with 65,535")
  void theConnectionsWindowIsKept() throws IOException {
    var caller = http2.caller(Frame.INITIAL_WINDOW_SIZE, 1 << 20);
    caller.get(1, "/large");
    assertThat(bytes(caller, 65_535)).isEqualTo(65_535);

    caller.send(Frame.windowUpdate(0, 1));
    assertThat(bytes(caller, 1)).isEqualTo(1);
    assertThat(caller.ping()).noneMatch(f -> f.type() == Frame.DATA);
    caller.send(Frame.windowUpdate(0, BODY_BYTES));
    bytes(caller, BODY_BYTES - 65_536);
  }

  @Test
  @Requirement(
      rfc = "9113 §6.9.2",
      says = "a new initial size moves the windows of all streams, below zero too")
  @Requirement(rfc = "9113 §6.5.3", says = "what is set holds at once")
  @Requirement(
      rfc = "9113 §6.9.2",
      says = "below zero nothing is sent, until WINDOW_UPDATE lifts the window above")
  void threat39_windowsMayBecomeNegative() throws IOException {
    var caller = http2.caller(Frame.INITIAL_WINDOW_SIZE, 1000);
    caller.send(Frame.windowUpdate(0, 1 << 20));
    caller.get(1, "/large");
    assertThat(bytes(caller, 1000)).isEqualTo(1000);
    caller.send(Frame.settings(Frame.INITIAL_WINDOW_SIZE, 0), Frame.windowUpdate(1, 1000));
    assertThat(caller.ping()).noneMatch(f -> f.type() == Frame.DATA);
    caller.send(Frame.windowUpdate(1, 10));
    assertThat(bytes(caller, 10)).isEqualTo(10);
    caller.send(Frame.settings(Frame.INITIAL_WINDOW_SIZE, 500));
    assertThat(bytes(caller, 500)).isEqualTo(500);
  }

  @Test
  @Requirement(
      rfc = "9113 §6.9.2",
      says = "an initial size that lifts a window above 2^31-1 is a FLOW_CONTROL_ERROR")
  void threat39_anInitialSizeThatOverflowsEndsTheConnection() throws IOException {
    http2.refused(
        FLOW_CONTROL_ERROR,
        Frame.headers(1, request("POST", "/"), false),
        Frame.windowUpdate(1, 0x7fff_ffff - 65_535),
        Frame.settings(Frame.INITIAL_WINDOW_SIZE, 65_536));
  }

  @Test
  @Requirement(
      rfc = "9113 §6.9.1",
      says = "a stream's window above 2^31-1 is a stream error FLOW_CONTROL_ERROR")
  void threat39_aWindowThatOverflowsResetsItsStream() throws IOException {
    var caller = http2.caller();
    caller.get(1, "/wait");
    caller.send(Frame.windowUpdate(1, 0x7fff_ffff));

    assertThat(caller.awaitReset(1)).isEqualTo(FLOW_CONTROL_ERROR.number());
    Http2.serves(caller, 3);
  }

  @Test
  @Requirement(rfc = "9113 §6.9", says = "WINDOW_UPDATE of 0 is a PROTOCOL_ERROR of its stream")
  void anIncrementOf0ResetsTheStream() throws IOException {
    var caller = http2.caller();
    caller.get(1, "/wait");
    caller.send(Frame.windowUpdate(1, 0));

    assertThat(caller.awaitReset(1)).isEqualTo(PROTOCOL_ERROR.number());
    Http2.serves(caller, 3);
  }

  @Test
  @Requirement(rfc = "9113 §6.9", says = "WINDOW_UPDATE of 0 for the connection ends it")
  void anIncrementOf0EndsTheConnection() throws IOException {
    http2.refused(PROTOCOL_ERROR, Frame.windowUpdate(0, 0));
  }

  @Test
  @Requirement(
      rfc = "9113 §6.9",
      says = "a caller that sends more than a stream's window is stopped with FLOW_CONTROL_ERROR")
  void threat39_dataBeyondTheStreamsWindow() throws IOException {
    var options = Http2.options();
    options.http2 = new Http2Settings(1000, null, null, null, 0.5, 100);
    try (var narrow = new Http2(options)) {
      narrow.rig.backend("web", Http2.OK);
      var caller = narrow.caller();
      caller.send(Frame.headers(1, request("POST", "/"), false));
      caller.send(Frame.data(1, new byte[2000], false));

      assertThat(caller.awaitReset(1)).isEqualTo(FLOW_CONTROL_ERROR.number());
      Http2.serves(caller, 3);
    }
  }

  @Test
  @Requirement(
      rfc = "9113 §6.9.3",
      says = "until our lower size is acknowledged, what the default allows is taken")
  void theDefaultWindowHoldsUntilOursIsAcknowledged() throws IOException {
    var options = Http2.options();
    options.http2 = new Http2Settings(1000, null, null, null, 0.5, 100);
    try (var narrow = new Http2(options)) {
      narrow.rig.backend("web", Http2.OK);
      var caller = narrow.connect();
      caller.preface();
      caller.send(
          Frame.settings(),
          Frame.headers(1, request("POST", "/"), false),
          Frame.data(1, new byte[16_000], false),
          Frame.data(1, new byte[16_000], true));

      assertThat(caller.answer(1).status()).isEqualTo("200");
    }
  }

  @Test
  @Requirement(
      rfc = "9113 §6.9",
      says = "DATA of streams that are gone count for the connection's window, which opens again")
  void dataOfStreamsThatAreGoneCount() throws IOException {
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("POST", "/", "bad name: x"), false));
    caller.awaitReset(1);
    for (int i = 0; i < 100; i++) {
      caller.send(Frame.data(1, new byte[16_384], false));
    }

    assertThat(grown(caller.ping())).isBetween(1_000_000, 100 * 16_384);
  }

  /** By how much the connection's window grew. */
  private static int grown(List<Frame> frames) {
    return frames.stream()
        .filter(f -> f.type() == Frame.WINDOW_UPDATE && f.stream() == 0)
        .mapToInt(f -> (int) f.intAt(0))
        .sum();
  }

  @Test
  @Requirement(rfc = "9113 §5.2.2", says = "frames are read at once, whatever one stream waits for")
  void threat40_aStreamThatDoesNotReadStopsNoOther() throws IOException {
    var caller = http2.caller(Frame.INITIAL_WINDOW_SIZE, 0);
    for (int stream = 1; stream < 41; stream += 2) {
      caller.get(stream, "/large");
    }
    caller.send(Frame.headers(101, request("GET", "/"), true), Frame.windowUpdate(101, 10));

    assertThat(caller.answer(101).body()).isEqualTo("ok");
    double held = http2.rig.gauge("rt/http/server/127.0.0.1/0/pending");
    assertThat(held).isEqualTo(20);
  }

  @Test
  @Requirement(rfc = "9113 §6.9.1", says = "the end of a stream needs no window")
  void anEndNeedsNoWindow() throws IOException {
    try (var empty = new Http2()) {
      empty.rig.backend(
          "web", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nx-sum: 7\r\n\r\n");
      var caller = empty.caller(Frame.INITIAL_WINDOW_SIZE, 0);
      caller.get(1, "/");
      assertThat(caller.answer(1).trailers()).contains("x-sum: 7");
    }
  }

  @Test
  @Requirement(
      rfc = "9113 §6.5.3",
      says = "values are taken in their order: the last of a setting counts")
  void theLastOfASettingCounts() throws IOException {
    var caller =
        http2.caller(
            Frame.INITIAL_WINDOW_SIZE,
            5,
            Frame.INITIAL_WINDOW_SIZE,
            0,
            Frame.INITIAL_WINDOW_SIZE,
            1000);
    caller.get(1, "/large");

    assertThat(bytes(caller, 1000)).isEqualTo(1000);
  }

  // §6.8

  /** The caller does not answer our PING, so that it may still open streams for a second. */
  @Test
  @Requirement(
      rfc = "9113 §6.8",
      says = "GOAWAY is told twice: what comes before the caller has seen it is served")
  @Requirement(rfc = "9113 §6.8", says = "the last stream of a GOAWAY does not rise")
  @Requirement(
      rfc = "9113 §6.8",
      says = "behind it blocks are decoded and DATA counted, and nothing of them is served")
  @Requirement(rfc = "9113 §8.7", says = "a GOAWAY's last stream is not below one that is served")
  void theLastStreamOfAGoAwayDoesNotRise() throws IOException {
    var options = Http2.options();
    options.lifeTime = Duration.ofMillis(200);
    try (var old = new Http2(options)) {
      var backend =
          old.rig.backend(
              "web",
              wire -> {
                if (wire.head() != null && wire.read(1).equals("x")) {
                  wire.send(Http2.OK);
                }
              });
      var caller = old.caller();
      caller.send(Frame.headers(1, request("POST", "/"), false));
      var first = caller.await(f -> f.type() == Frame.GOAWAY);
      caller.send(Frame.headers(3, request("POST", "/"), false));
      var second = caller.await(f -> f.type() == Frame.GOAWAY);
      var fields = new HeaderBlock().field(HeaderBlock.Literal.INDEXED, "x-kept", "1");
      caller.send(Frame.headers(5, request("GET", "/").raw(fields.bytes()), false));
      for (int i = 0; i < 100; i++) {
        caller.send(Frame.data(5, new byte[16_384], false));
      }
      caller.send(Frame.headers(7, request("GET", "/").indexed(62), true));
      assertThat(grown(caller.ping())).isGreaterThan(1_000_000);
      caller.send(
          Frame.data(1, "1\r\nx\r\n".getBytes(StandardCharsets.US_ASCII), true),
          new Frame(Frame.PING, 0, 0, new byte[3]));
      var third = caller.await(f -> f.type() == Frame.GOAWAY);

      assertThat(first.intAt(0)).isEqualTo(Integer.MAX_VALUE);
      assertThat(second.intAt(0)).isEqualTo(3);
      assertThat(third.intAt(0)).isEqualTo(3);
      assertThat(backend.connections).hasValueLessThanOrEqualTo(2);
    }
  }

  // §8.1

  @Test
  @Requirement(
      rfc = "9113 §8.1",
      says = "an answer may be whole before the request is; the rest is declined with NO_ERROR")
  void anEarlyAnswerEndsTheStreamWithoutAnError() throws IOException {
    try (var early = new Http2()) {
      early.rig.backend(
          "web",
          wire -> {
            wire.head();
            wire.send("HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
          });
      var caller = early.caller();
      caller.send(Frame.headers(1, request("POST", "/"), false));
      var answer = caller.answer(1);
      assertThat(answer.status()).isEqualTo("403");
      assertThat(answer.reset()).isEqualTo(-1);
      assertThat(caller.awaitReset(1)).isEqualTo(NO_ERROR.number());
      caller.send(Frame.data(1, NOTHING, true));
      caller.ping();
    }
  }

  /** Reads until so many bytes of stream 1 have come. */
  private static int bytes(FrameWire caller, int wanted) throws IOException {
    int got = 0;
    while (got < wanted) {
      got += caller.await(f -> f.type() == Frame.DATA && f.stream() == 1).payload().length;
    }
    for (var frame : caller.ping()) {
      got += frame.type() == Frame.DATA ? frame.payload().length : 0;
    }
    return got;
  }
}

package fairlead.routing;

import static fairlead.exchange.ErrorCode.CANCEL;
import static fairlead.exchange.ErrorCode.COMPRESSION_ERROR;
import static fairlead.exchange.ErrorCode.FLOW_CONTROL_ERROR;
import static fairlead.exchange.ErrorCode.FRAME_SIZE_ERROR;
import static fairlead.exchange.ErrorCode.PROTOCOL_ERROR;
import static fairlead.http2.FrameWire.block;
import static fairlead.http2.FrameWire.request;
import static fairlead.http2.FrameWire.response;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.Requirement;
import fairlead.exchange.ErrorCode;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.http2.HeaderBlock;
import fairlead.http2.HeaderBlock.Literal;
import fairlead.http2.Http2Settings;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of RFC 9113 for us as the client of a backend, which may break them all. */
@Timeout(60)
class Http2BackendsTest {
  private static final byte[] NOTHING = {};

  private final Http2 http2 = new Http2(Http2.toHttp2());
  private final Queue<Long> goAways = new ConcurrentLinkedQueue<>();
  private final Queue<Long> resets = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    http2.close();
  }

  private TestBackend backend(Http2.Backend script, long... settings) {
    return http2.backend("web", script, settings);
  }

  /** Answers the first request with these frames, and notes how that is taken. */
  private void answering(Frame... frames) {
    backend(
        wire -> {
          wire.await(f -> f.type() == Frame.HEADERS);
          wire.send(frames);
          for (var next = wire.next(); next != null; next = wire.next()) {
            if (next.type() == Frame.GOAWAY) {
              goAways.add(next.intAt(4));
            } else if (next.type() == Frame.RST_STREAM) {
              resets.add(next.intAt(0));
            }
          }
        });
  }

  private static Frame[] head(HeaderBlock block, boolean end) {
    return new Frame[] {Frame.headers(1, block, end)};
  }

  static Stream<List<Frame>> malformed() {
    return Stream.of(
            head(block("x: y"), true),
            head(block(":status: 200", ":status: 200"), true),
            head(block(":status: 20"), true),
            head(block(":status: 2000"), true),
            head(block(":status: abc"), true),
            head(block(":status: "), true),
            head(block(":status: 099"), true),
            head(block(":status: 200", ":path: /"), true),
            head(block("x: y", ":status: 200"), true),
            head(block(":status: 200", ":odd: x"), true),
            head(response(101), false),
            head(response(103), true),
            head(response(200, "Upper: x"), true),
            head(response(200, "x: a\r\nb"), true),
            head(response(200, "x: a\0"), true),
            head(response(200, "x:  a"), true),
            head(response(200, "connection: close"), true),
            head(response(200, "transfer-encoding: chunked"), true),
            head(response(200, "upgrade: x"), true),
            head(response(200, "content-length: x"), true),
            head(response(200, "content-length: 1", "content-length: 1"), true),
            head(response(200, "content-length: 5"), true))
        .map(List::of);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  @Requirement(rfc = "9113 §8.1.1", says = "a malformed response is not accepted nor passed on")
  @Requirement(rfc = "9113 §8.3.2", says = ":status is there once, and has three digits")
  @Requirement(
      rfc = "9113 §8.2.1",
      says = "fields of responses are validated like those of requests")
  @Requirement(rfc = "9113 §8.2.2", says = "a response with a field of a connection is malformed")
  @Requirement(rfc = "9113 §8.1", says = "an interim response does not end its stream")
  @Requirement(
      rfc = "9113 §8.3",
      says = "pseudo-header fields of requests are malformed in a response")
  void threat23_malformedResponsesAreNotPassedOn(List<Frame> answer) throws IOException {
    answering(answer.toArray(Frame[]::new));
    var caller = http2.caller();
    caller.get(1, "/");
    var got = caller.answer(1);

    assertThat(got.head()).noneMatch(f -> f.equals(":status: 200"));
    Await.until("the stream was reset", () -> resets.contains((long) PROTOCOL_ERROR.number()));
    assertThat(goAways).isEmpty();
    caller.ping();
  }

  static Stream<List<Frame>> cutShort() {
    var head = Frame.headers(1, response(200, "content-length: 5"), false);
    var open = Frame.headers(1, response(200), false);
    return Stream.of(
        List.of(head, Frame.data(1, new byte[4], true)),
        List.of(head, Frame.data(1, new byte[6], false)),
        List.of(head, Frame.data(1, new byte[4], false), Frame.headers(1, block("x: y"), true)),
        List.of(head, Frame.data(1, new byte[3], false), Frame.reset(1, 2)),
        List.of(open, Frame.data(1, new byte[3], false), Frame.reset(1, 8)),
        List.of(open, Frame.headers(1, block(":status: 200"), true)),
        List.of(open, Frame.headers(1, block("x: y"), false)),
        List.of(open, Frame.headers(1, response(200), false)),
        List.of(open, Frame.windowUpdate(1, 0)));
  }

  @ParameterizedTest
  @MethodSource("cutShort")
  @Requirement(
      rfc = "9113 §8.1.1",
      says = "an answer that turns out malformed is never passed off as whole")
  @Requirement(rfc = "9113 §8.1", says = "HEADERS behind a final response must end the stream")
  void threat23_brokenAnswersAreNeverWhole(List<Frame> answer) throws IOException {
    answering(answer.toArray(Frame[]::new));
    var caller = http2.caller();
    caller.get(1, "/");

    assertThat(caller.answer(1).reset()).isPositive();
    caller.ping();
  }

  static Stream<List<Object>> connectionErrors() {
    byte[] push = {0, 0, 0, 2, (byte) 0x82};
    return Stream.of(
        List.of(PROTOCOL_ERROR, new Frame(Frame.PUSH_PROMISE, Frame.END_HEADERS, 1, push)),
        List.of(PROTOCOL_ERROR, Frame.settings(Frame.ENABLE_PUSH, 1)),
        List.of(PROTOCOL_ERROR, Frame.headers(2, response(200), true)),
        List.of(PROTOCOL_ERROR, Frame.headers(99, response(200), true)),
        List.of(PROTOCOL_ERROR, Frame.data(99, NOTHING, true)),
        List.of(PROTOCOL_ERROR, Frame.reset(99, 0)),
        List.of(PROTOCOL_ERROR, Frame.windowUpdate(99, 1)),
        List.of(PROTOCOL_ERROR, Frame.windowUpdate(0, 0)),
        List.of(PROTOCOL_ERROR, new Frame(Frame.CONTINUATION, Frame.END_HEADERS, 1, NOTHING)),
        List.of(FLOW_CONTROL_ERROR, Frame.windowUpdate(0, 0x7fff_ffff)),
        List.of(FLOW_CONTROL_ERROR, Frame.settings(Frame.INITIAL_WINDOW_SIZE, 0x8000_0000L)),
        List.of(FRAME_SIZE_ERROR, new Frame(Frame.PING, 0, 0, new byte[7])),
        List.of(FRAME_SIZE_ERROR, new Frame(Frame.DATA, 0, 1, new byte[16_385])),
        List.of(COMPRESSION_ERROR, Frame.headers(1, HeaderBlock.ofHex("be"), true)));
  }

  @ParameterizedTest
  @MethodSource("connectionErrors")
  @Requirement(rfc = "9113 §6.5.2", says = "a server must not switch push on")
  @Requirement(rfc = "9113 §6.6", says = "PUSH_PROMISE is a PROTOCOL_ERROR where push is off")
  @Requirement(rfc = "9113 §5.1.1", says = "a server cannot open streams")
  @Requirement(rfc = "9113 §5.4.1", says = "errors of a backend's connection end it with GOAWAY")
  void threat41_aBackendsFaultsEndItsConnection(List<Object> fault) throws IOException {
    answering((Frame) fault.get(1));
    var caller = http2.caller();
    caller.get(1, "/");

    assertThat(caller.answer(1).head()).noneMatch(f -> f.equals(":status: 200"));
    long code = ((ErrorCode) fault.get(0)).number();
    Await.until("GOAWAY with " + fault.get(0), () -> goAways.contains(code));
    caller.ping();
  }

  @Test
  @Requirement(rfc = "9113 §3.4", says = "a backend's first frame must be SETTINGS")
  void aBackendBeginsWithSettings() throws IOException {
    var code = new ConcurrentLinkedQueue<Long>();
    http2.rig.backend(
        "web",
        wire -> {
          var raw = new DataInputStream(wire.socket.getInputStream());
          raw.readNBytes(24);
          wire.socket.getOutputStream().write(Frame.ping(1).bytes());
          while (true) {
            int length = raw.readUnsignedByte() << 16 | raw.readUnsignedShort();
            int type = raw.readUnsignedByte();
            raw.skipNBytes(5);
            byte[] payload = raw.readNBytes(length);
            if (type == Frame.GOAWAY) {
              code.add((long) payload[7]);
            }
          }
        });
    var caller = http2.caller();
    caller.get(1, "/");
    assertThat(caller.answer(1).status()).isNotEqualTo("200");

    Await.until("GOAWAY", () -> code.contains((long) PROTOCOL_ERROR.number()));
  }

  // What we send.

  @Test
  @Requirement(rfc = "9113 §6.5.2", says = "we tell backends that we take no push")
  @Requirement(rfc = "9113 §5.1.1", says = "our streams have odd numbers that rise")
  @Requirement(rfc = "9113 §8.2", says = "our names are in lower case")
  @Requirement(rfc = "9113 §8.2.2", says = "TE: trailers goes on, as gRPC needs it")
  @Requirement(rfc = "9113 §8.3.1", says = ":authority is told, and no Host")
  @Requirement(
      rfc = "9113 §4.3.1",
      says = "our first block sets our table to 0, so that no limit can be broken")
  @Requirement(rfc = "7541 §4.2", says = "our table is never larger than the peer allows")
  @Requirement(
      rfc = "9113 §8.3",
      says = "our pseudo-header fields are those of the standard, first, and once")
  @Requirement(rfc = "9113 §8.3.1", says = "we write :method, :scheme and :path once")
  void requestsAreRight() throws IOException {
    var numbers = new ConcurrentLinkedQueue<Integer>();
    var fields = new ConcurrentLinkedQueue<String>();
    backend(
        wire -> {
          while (true) {
            var head = wire.await(f -> f.type() == Frame.HEADERS);
            numbers.add(head.stream());
            fields.addAll(wire.fields(head));
            if (head.stream() == 1) {
              fields.add("first byte: " + head.payload()[0]);
            }
            wire.send(Frame.headers(head.stream(), response(204), true));
          }
        },
        Frame.HEADER_TABLE_SIZE,
        0);
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("GET", "/a", "host: web", "te: trailers"), true));
    assertThat(caller.answer(1).status()).isEqualTo("204");
    caller.get(3, "/b");
    assertThat(caller.answer(3).status()).isEqualTo("204");

    assertThat(numbers).containsExactly(1, 3);
    assertThat(fields)
        .contains(
            ":method: GET",
            ":scheme: http",
            ":path: /a",
            ":authority: web",
            "te: trailers",
            "first byte: 32")
        .noneMatch(f -> f.startsWith("host:") || f.matches(":?[^:]*[A-Z][^:]*:.*"));
    assertThat(fields).first().isEqualTo(":method: GET");
    assertThat(fields)
        .filteredOn(f -> f.startsWith(":"))
        .containsExactly(
            ":method: GET",
            ":scheme: http",
            ":path: /a",
            ":authority: web",
            ":method: GET",
            ":scheme: http",
            ":path: /b",
            ":authority: web");
  }

  /** One of them is: all are. */
  @ParameterizedTest
  @ValueSource(ints = {2, 6, 4, 1})
  @Requirement(
      rfc = "7541 §6.2.3",
      says = "what must never be indexed is passed on so: pseudo-header fields, te and lengths too")
  @Requirement(
      rfc = "7541 §7.1.3",
      says = "an intermediary does not let others index what must never be")
  void pseudoHeadersThatCameAsNeverIndexedGoOnSo(int secret) throws IOException {
    var blocks = new ConcurrentLinkedQueue<byte[]>();
    backend(
        wire -> {
          var head = wire.await(f -> f.type() == Frame.HEADERS);
          blocks.add(head.payload());
          wire.send(Frame.headers(head.stream(), response(204), true));
          wire.ping();
        });
    var asked = new HeaderBlock();
    var pseudo = Map.of(2, "GET", 6, "http", 4, "/", 1, "web");
    pseudo.forEach(
        (name, value) ->
            asked.field(name == secret ? Literal.NEVER_INDEXED : Literal.NOT_INDEXED, name, value));
    asked.field(Literal.NEVER_INDEXED, "te", "trailers");
    asked.field(Literal.NEVER_INDEXED, 28, "0");
    var caller = http2.caller();
    caller.send(Frame.headers(1, asked, true));
    assertThat(caller.answer(1).status()).isEqualTo("204");

    String block = HexFormat.of().formatHex(blocks.element());
    pseudo.forEach((name, value) -> assertThat(block).contains(neverIndexed(name, value)));
    assertThat(block)
        .contains(
            HexFormat.of()
                .formatHex(
                    new HeaderBlock().field(Literal.NEVER_INDEXED, "te", "trailers").bytes()))
        .contains(neverIndexed(28, "0"));
  }

  @Test
  @Requirement(
      rfc = "7541 §6.2.3",
      says = "what must never be indexed is passed on so: pseudo-header fields, te and lengths too")
  void aStatusThatCameAsNeverIndexedGoesOnSo() throws IOException {
    answering(Frame.headers(1, new HeaderBlock().field(Literal.NEVER_INDEXED, 8, "204"), true));
    var caller = http2.caller();
    caller.get(1, "/");
    var head = caller.await(f -> f.type() == Frame.HEADERS);

    assertThat(HexFormat.of().formatHex(head.payload())).contains(neverIndexed(8, "204"));
  }

  private static String neverIndexed(int name, String value) {
    return HexFormat.of()
        .formatHex(new HeaderBlock().field(Literal.NEVER_INDEXED, name, value).bytes());
  }

  @Test
  @Requirement(
      rfc = "9113 §4.3",
      says = "our longest blocks are contiguous, and in frames that the peer takes")
  @Requirement(rfc = "9113 §6.2", says = "HEADERS of ours is followed by its CONTINUATION alone")
  @Requirement(rfc = "9113 §6.10", says = "our CONTINUATION is followed by the rest of its block")
  void longHeadsGoOnInContiguousFrames() throws IOException {
    var options = Http2.toHttp2();
    options.http2 = new Http2Settings(null, null, null, 100_000, 0.5, 1000);
    try (var large = new Http2(options)) {
      var frames = new ConcurrentLinkedQueue<Integer>();
      var fields = new ConcurrentLinkedQueue<String>();
      large.backend(
          "web",
          peer -> {
            var head = peer.await(f -> f.type() == Frame.HEADERS);
            frames.add(head.payload().length);
            fields.addAll(peer.fields(head));
            peer.send(Frame.headers(1, response(204), true));
            peer.ping();
          });
      String value = "v".repeat(4000);
      var head = request("POST", "/");
      for (int i = 0; i < 12; i++) {
        head.field(Literal.NOT_INDEXED, "x-" + i, value);
      }
      byte[] block = head.bytes();
      var caller = large.caller();
      caller.send(
          new Frame(Frame.HEADERS, Frame.END_STREAM, 1, Arrays.copyOf(block, 16_384)),
          new Frame(Frame.CONTINUATION, 0, 1, Arrays.copyOfRange(block, 16_384, 32_768)),
          new Frame(
              Frame.CONTINUATION,
              Frame.END_HEADERS,
              1,
              Arrays.copyOfRange(block, 32_768, block.length)));

      assertThat(caller.answer(1).status()).isEqualTo("204");
      assertThat(frames).containsExactly(16_384);
      assertThat(fields).contains("x-0: " + value, "x-11: " + value);
    }
  }

  @Test
  @Requirement(rfc = "9113 §5.1.2", says = "a backend's limit of streams is kept; others wait")
  void theBackendsLimitOfStreamsIsKept() throws IOException {
    var beyond = new ConcurrentLinkedQueue<Frame>();
    backend(
        wire -> {
          while (true) {
            var head = wire.await(f -> f.type() == Frame.HEADERS);
            for (var frame : wire.ping()) {
              if (frame.type() == Frame.HEADERS) {
                beyond.add(frame);
              }
            }
            wire.send(Frame.headers(head.stream(), response(204), true));
          }
        },
        Frame.MAX_CONCURRENT_STREAMS,
        1);
    var caller = http2.caller();
    caller.get(1, "/"); // from now on the limit is known
    assertThat(caller.answer(1).status()).isEqualTo("204");
    for (int stream = 3; stream < 23; stream += 2) {
      caller.get(stream, "/");
    }
    var answered = new TreeSet<Integer>();
    while (answered.size() < 10) {
      answered.add(caller.await(f -> f.type() == Frame.HEADERS).stream());
    }

    assertThat(beyond).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5000})
  @Requirement(rfc = "9113 §5.2.1", says = "a request's body keeps to the backend's windows")
  @Requirement(rfc = "9113 §4.1", says = "no frame is longer than the peer takes")
  void theBackendsWindowsAreKept(int window) throws IOException {
    var got = new AtomicInteger();
    var beyond = new ConcurrentLinkedQueue<String>();
    backend(
        wire -> {
          var head = wire.await(f -> f.type() == Frame.HEADERS);
          int allowed = window;
          int all = 0;
          while (all < 100_000) {
            if (all == allowed) {
              for (var frame : wire.ping()) {
                beyond.add(frame.toString());
              }
              allowed += 10_000;
              wire.send(Frame.windowUpdate(1, 10_000), Frame.windowUpdate(0, 10_000));
            }
            var data = wire.await(f -> f.type() == Frame.DATA);
            all += data.payload().length;
            if (all > allowed || data.payload().length > 16_384) {
              beyond.add(data.toString());
            }
          }
          got.set(all);
          wire.send(Frame.headers(head.stream(), response(204), true));
        },
        Frame.INITIAL_WINDOW_SIZE,
        window);
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("POST", "/", "content-length: 100000"), false));
    long room = 65_535;
    for (int i = 0; i < 10; i++) {
      while (room < 10_000) {
        room += caller.await(f -> f.type() == Frame.WINDOW_UPDATE && f.stream() == 1).intAt(0);
      }
      room -= 10_000;
      caller.send(Frame.data(1, new byte[10_000], i == 9));
    }
    assertThat(caller.answer(1).status()).isEqualTo("204");

    assertThat(got).hasValue(100_000);
    assertThat(beyond.stream().filter(f -> f.startsWith("frame of type 0"))).isEmpty();
  }

  @Test
  @Requirement(rfc = "9113 §6.9", says = "frames that need no window are taken where it is shut")
  void whatNeedsNoWindowComesThroughAShutOne() throws Exception {
    var asked = new CountDownLatch(1);
    var open = new CountDownLatch(1);
    var trailers = new ConcurrentLinkedQueue<String>();
    backend(
        wire -> {
          wire.await(f -> f.type() == Frame.HEADERS);
          asked.countDown();
          var other = wire.await(f -> f.type() == Frame.HEADERS);
          wire.send(Frame.headers(other.stream(), response(204), true));
          Await.opened(open);
          wire.send(Frame.windowUpdate(1, 1 << 20), Frame.windowUpdate(0, 1 << 20));
          trailers.addAll(wire.fields(wire.await(f -> f.type() == Frame.HEADERS)));
          wire.send(Frame.headers(1, response(204), true));
          wire.next();
        },
        Frame.INITIAL_WINDOW_SIZE,
        0);
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("POST", "/"), false));
    asked.await();
    int room = 65_535;
    while (room > 0) {
      for (; room > 0; room -= Math.min(room, 16_384)) {
        caller.send(Frame.data(1, new byte[Math.min(room, 16_384)], false));
      }
      for (var frame : caller.ping()) {
        boolean more = frame.type() == Frame.WINDOW_UPDATE && frame.stream() == 1;
        room += more ? (int) frame.intAt(0) : 0;
      }
    }
    caller.send(Frame.settings(), Frame.headers(1, block("x-sum: 7"), true));
    caller.get(3, "/");

    assertThat(caller.answer(3).status()).isEqualTo("204");
    open.countDown();
    assertThat(caller.answer(1).status()).isEqualTo("204");
    assertThat(trailers).containsExactly("x-sum: 7");
  }

  @Test
  @Requirement(rfc = "9113 §6.8", says = "behind a backend's GOAWAY no stream is opened on it")
  @Requirement(
      rfc = "9113 §6.8",
      says = "streams above a GOAWAY's last one are asked of another connection")
  void whatAGoAwayLeavesOutIsAskedAgain() throws IOException {
    var first = new CountDownLatch(1);
    var backend =
        backend(
            wire -> {
              var head = wire.await(f -> f.type() == Frame.HEADERS);
              if (first.getCount() == 1) {
                first.countDown();
                wire.send(Frame.goAway(0, 0));
                while (wire.next() != null) {}
              } else {
                wire.send(Frame.headers(head.stream(), response(204), true));
                wire.next();
              }
            });
    var caller = http2.caller();
    caller.get(1, "/");

    assertThat(caller.answer(1).status()).isEqualTo("204");
    assertThat(backend.connections).hasValue(2);
  }

  @Test
  @Requirement(
      rfc = "9113 §8.7",
      says = "what a backend refused with REFUSED_STREAM was not processed and is asked again")
  void whatWasRefusedIsAskedAgain() throws IOException {
    var asked = new AtomicInteger();
    backend(
        wire -> {
          while (true) {
            var head = wire.await(f -> f.type() == Frame.HEADERS);
            wire.send(
                asked.incrementAndGet() == 1
                    ? Frame.reset(head.stream(), 7)
                    : Frame.headers(head.stream(), response(204), true));
          }
        });
    var caller = http2.caller();
    caller.get(1, "/");

    assertThat(caller.answer(1).status()).isEqualTo("204");
    assertThat(asked).hasValue(2);
  }

  @Test
  @Requirement(
      rfc = "9113 §8.1",
      says = "RST_STREAM with NO_ERROR behind a whole answer does not spoil it")
  void anAnswerIsWholeThoughTheRestOfTheRequestIsDeclined() throws IOException {
    answering(
        Frame.headers(1, response(403), false),
        Frame.data(1, new byte[10], true),
        Frame.reset(1, 0));
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("POST", "/"), false));
    var answer = caller.answer(1);

    assertThat(answer.status()).isEqualTo("403");
    assertThat(answer.body()).hasSize(10);
    assertThat(answer.reset()).isEqualTo(-1);
  }

  @Test
  @Requirement(rfc = "9113 §8.7", says = "a caller's reset is passed on, and nothing is sent after")
  void aCallersResetIsPassedOn() throws IOException {
    answering(Frame.headers(1, response(200), false));
    var caller = http2.caller();
    caller.get(1, "/");
    caller.await(f -> f.type() == Frame.HEADERS);
    caller.send(Frame.reset(1, 8));

    Await.until("the reset arrived", () -> resets.contains((long) CANCEL.number()));
  }

  /** A caller goes with all its streams, which a backend is answering: it is not to blame. */
  @Test
  @Requirement(
      rfc = "9113 §5.1",
      says = "what crosses a thousand resets at once is borne, and the connection lives")
  void answersThatCrossManyResetsAreBorne() throws Exception {
    int streams = 900;
    var asked = new CountDownLatch(streams);
    var gone = new CountDownLatch(streams);
    backend(
        wire -> {
          var settled = wire.await(f -> f.type() == Frame.HEADERS);
          wire.send(Frame.headers(settled.stream(), response(204), true));
          var numbers = new ArrayList<Integer>();
          while (asked.getCount() > 0) {
            numbers.add(wire.await(f -> f.type() == Frame.HEADERS).stream());
            asked.countDown();
          }
          while (gone.getCount() > 0) {
            wire.await(f -> f.type() == Frame.RST_STREAM);
            gone.countDown();
          }
          for (int number : numbers) {
            wire.send(
                Frame.headers(number, response(200), false), Frame.data(number, NOTHING, true));
          }
          while (true) {
            var head = wire.await(f -> f.type() == Frame.HEADERS);
            wire.send(Frame.headers(head.stream(), response(204), true));
          }
        },
        Frame.MAX_CONCURRENT_STREAMS,
        100_000);
    var leaving = http2.caller();
    leaving.get(1, "/"); // so that the backend's limit is known
    assertThat(leaving.answer(1).status()).isEqualTo("204");
    for (int i = 1; i <= streams; i++) {
      leaving.get(2 * i + 1, "/");
    }
    asked.await();
    leaving.abort();
    gone.await();
    var caller = http2.caller();
    caller.get(1, "/");

    assertThat(caller.answer(1).status()).isEqualTo("204");
  }

  /** Answers {@code /big} with as much as a stream may bring, the rest with a part of it. */
  private static void largeAndSmall(FrameWire wire, AtomicInteger large) throws IOException {
    int window = 65_535;
    var waiting = new ArrayDeque<Integer>();
    var big = new HashSet<Integer>();
    for (var next = wire.next(); next != null; next = wire.next()) {
      if (next.type() == Frame.WINDOW_UPDATE && next.stream() == 0) {
        window += (int) next.intAt(0);
      } else if (next.type() == Frame.PING) {
        wire.send(new Frame(Frame.PING, Frame.ACK, 0, next.payload()));
      } else if (next.type() == Frame.HEADERS) {
        if (wire.fields(next).contains(":path: /big")) {
          big.add(next.stream());
        }
        wire.send(Frame.headers(next.stream(), response(200), false));
        waiting.add(next.stream());
      }
      while (!waiting.isEmpty() && window >= 65_535) {
        int stream = waiting.remove();
        boolean more = big.contains(stream);
        for (int part = 0; more && part < 3; part++) {
          wire.send(Frame.data(stream, new byte[16_384], false));
        }
        wire.send(Frame.data(stream, new byte[16_383], !more));
        window -= more ? 65_535 : 16_383;
        if (more) {
          large.incrementAndGet();
        }
      }
    }
  }

  /** Blocks until there are some hundreds, and no more for half a second. */
  private static void awaitNoMoreOf(AtomicInteger large) {
    var last = new AtomicInteger();
    var since = new AtomicLong(System.nanoTime());
    Await.until(
        "no more may be sent",
        () -> {
          if (last.getAndSet(large.get()) != large.get()) {
            since.set(System.nanoTime());
          }
          return last.get() > 250 && System.nanoTime() - since.get() > 500_000_000;
        });
  }

  /** Of 700 windows of 64 KiB more than half is held: more than one connection may. */
  @Test
  void threat40_slowReadersOfAFullConnectionHoldBackNobodyElse() throws IOException {
    var connections = new AtomicInteger();
    var large = new AtomicInteger();
    backend(
        wire -> {
          connections.incrementAndGet();
          largeAndSmall(wire, large);
        },
        Frame.MAX_CONCURRENT_STREAMS,
        1_000);
    for (int n = 0; n < 7; n++) {
      var slow = http2.caller(Frame.INITIAL_WINDOW_SIZE, 0);
      for (int stream = 1; stream < 200; stream += 2) {
        slow.get(stream, "/big");
      }
      slow.ping();
    }
    var other = http2.caller();
    awaitNoMoreOf(large);
    for (int stream = 1; stream < 6; stream += 2) {
      other.get(stream, "/small");

      assertThat(other.answer(stream).status()).isEqualTo("200");
    }

    assertThat(connections).hasValue(2);
  }
}

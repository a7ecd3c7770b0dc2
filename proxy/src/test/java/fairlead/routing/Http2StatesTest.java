package fairlead.routing;

import static fairlead.http2.FrameWire.block;
import static fairlead.http2.FrameWire.request;
import static fairlead.http2.FrameWire.response;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.Requirement;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Failure;
import fairlead.exchange.ResponseClass;
import fairlead.exchange.ResponseClassifier;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.http2.HeaderBlock;
import fairlead.retry.Backoff;
import fairlead.retry.BudgetConfig;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each state of a stream (RFC 9113 §5.1) meets each event from either side. Whatever comes of it,
 * the proxy serves on, and when both sides are gone nothing is left: no stream, no connection, no
 * buffer (which the leak check sees).
 */
@Timeout(60)
class Http2StatesTest {
  private static final int STREAM = 1;
  private static final int BODY_BYTES = 50_000;

  private final Http2 http2 = new Http2(options());
  private final BlockingQueue<FrameWire> backends = new LinkedBlockingQueue<>();
  private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
  private final CountDownLatch over = new CountDownLatch(1);

  /** How far the exchange has come. */
  enum State {
    /** The request's body is coming, nothing is answered. */
    ASKING,
    /** The request is whole, nothing is answered. */
    ASKED,
    /** The request's body and the answer's are both coming. */
    BOTH,
    /** The request is whole, the answer's body is coming. */
    ANSWERING,
    /** The answer's body waits for the caller's window, with its end behind it. */
    WAITING,
    /** The request's body waits for the backend's window. */
    HELD,
    /** Both are whole. */
    DONE,
    /** It is a tunnel. */
    TUNNEL,
    /** An answer is held back, as its end may call for another attempt. */
    WITHHELD,
    /** The caller has reset it. */
    RESET,
    /** The backend has reset it. */
    REFUSED;

    boolean isRequestWhole() {
      return this != ASKING && this != BOTH && this != HELD && this != TUNNEL;
    }
  }

  /** What one side does next. */
  enum Event {
    DATA,
    EMPTY_DATA,
    END,
    HEADERS,
    TRAILERS,
    MALFORMED,
    RST_CANCEL,
    RST_NO_ERROR,
    RST_REFUSED,
    WINDOW,
    WINDOW_0,
    WINDOW_OVERFLOW,
    INITIAL_WINDOW_0,
    GOAWAY_0,
    GOAWAY_ALL,
    BAD_FRAME,
    CLOSE,
    ABORT
  }

  static List<Arguments> all() {
    return Stream.of(State.values())
        .flatMap(
            state ->
                Stream.of(Event.values())
                    .flatMap(
                        event ->
                            Stream.of(
                                Arguments.of(state, event, true),
                                Arguments.of(state, event, false))))
        .toList();
  }

  private static Rig.Options options() {
    var options = Http2.toHttp2();
    options.service =
        new ServiceConfig(
            null,
            BudgetConfig.DEFAULT,
            Backoff.immediate(),
            new HoldsSome(),
            Duration.ofMinutes(1),
            new ServiceConfig.Buffers(100_000, 100_000));
    return options;
  }

  /** The end of an answer tells whether it is tried again, where the request says so. */
  private static final class HoldsSome implements ResponseClassifier {
    @Override
    public @Nullable ResponseClass early(Head request, Head response) {
      return mayRetry(request) ? null : ResponseClass.SUCCESS;
    }

    @Override
    public ResponseClass late(Head request, Head response, @Nullable Fields trailers) {
      return ResponseClass.SUCCESS;
    }

    @Override
    public ResponseClass failed(Head request, Failure failure) {
      return mayRetry(request) ? ResponseClass.RETRYABLE : ResponseClass.FAILURE;
    }

    @Override
    public boolean mayRetry(Head request) {
      return request.first("x-held") != null;
    }

    @Override
    public boolean mayRetryLate(Head request, Head response) {
      return mayRetry(request);
    }
  }

  @BeforeEach
  void listen() {
    http2.backend(
        "web",
        wire -> {
          backends.add(wire);
          Await.opened(over);
        },
        Frame.INITIAL_WINDOW_SIZE,
        10_000,
        Frame.ENABLE_CONNECT_PROTOCOL,
        1);
  }

  @AfterEach
  void close() {
    over.countDown();
    http2.close();
  }

  @ParameterizedTest
  @MethodSource("all")
  @Requirement(rfc = "9113 §4.1", says = "our frames have known types and flags, and no other bit")
  @Requirement(rfc = "9113 §5.1", says = "nothing of a stream is sent behind its RST_STREAM")
  @Requirement(rfc = "9113 §5.1", says = "neither HEADERS nor DATA are sent behind END_STREAM")
  @Requirement(rfc = "9113 §4.1", says = "no frame is longer than the peer takes")
  @Requirement(rfc = "9113 §6.1", says = "our DATA are of a stream, and have no padding")
  @Requirement(rfc = "9113 §6.2", says = "our HEADERS are of a stream, and have no padding")
  @Requirement(rfc = "9113 §6.4", says = "our RST_STREAM is of a stream that is not idle")
  @Requirement(
      rfc = "9113 §6.5",
      says = "our SETTINGS are of the connection, and an ACK of ours is empty")
  @Requirement(rfc = "9113 §6.5.2", says = "we never push")
  @Requirement(rfc = "9113 §6.6", says = "we never push")
  @Requirement(rfc = "9113 §6.7", says = "our PING is of the connection, and has eight bytes")
  @Requirement(rfc = "9113 §8.4.1", says = "as a client we never push")
  void nothingIsLeft(State state, Event event, boolean byCaller) throws Exception {
    var caller = http2.caller(Frame.INITIAL_WINDOW_SIZE, 10_000);
    var backend = reach(state, caller);
    cause(event, byCaller ? caller : backend);
    settled(caller);
    settled(backend);
    anotherIsServed(backend);

    caller.close();
    backend.close();
    nothingIsLeft();
  }

  /** The time that the caller granted is over before an answer was shown. */
  @ParameterizedTest
  @EnumSource(names = {"ASKING", "ASKED", "HELD", "WITHHELD"})
  void nothingIsLeftOfARequestWhoseTimeIsOver(State state) throws Exception {
    var caller = http2.caller(Frame.INITIAL_WINDOW_SIZE, 10_000);
    var backend = reach(state, caller, "grpc-timeout: 2S");

    backend.awaitReset(STREAM);
    caller.awaitReset(STREAM);
    anotherIsServed(backend);

    caller.close();
    backend.close();
    nothingIsLeft();
  }

  /** The process ends, and does not wait for long. */
  @ParameterizedTest
  @EnumSource
  void nothingIsLeftOfAListenerThatEnds(State state) throws Exception {
    var caller = http2.caller(Frame.INITIAL_WINDOW_SIZE, 10_000);
    reach(state, caller);

    var drained = http2.rig.router.drain(Duration.ofMillis(200)).toCompletableFuture();

    assertThat(caller.await(f -> f.type() == Frame.GOAWAY).intAt(4))
        .isEqualTo(ErrorCode.NO_ERROR.number());
    drained.get(30, TimeUnit.SECONDS);
    nothingIsLeft();
  }

  private void nothingIsLeft() {
    Await.until("no caller is left", () -> http2.rig.router.connections() == 0);
    over.countDown();
    backends.forEach(Http2StatesTest::close);
    assertThat(wrong).isEmpty();
    http2.rig.awaitQuiet("web");
    assertThat(http2.rig.gauge("rt/http/server/127.0.0.1/0/connections")).isZero();
    assertThat(http2.rig.gauge("rt/http/server/127.0.0.1/0/open_streams")).isZero();
    assertThat(http2.rig.gauge("rt/http/client/#/test/web/open_streams")).isZero();
    long asked = http2.rig.count("rt/http/service/svc/web/requests");
    long told =
        http2.rig.count("rt/http/service/svc/web/success")
            + http2.rig.count("rt/http/service/svc/web/failures");
    assertThat(told).isEqualTo(asked);
  }

  private static HeaderBlock asked(State state, String... more) {
    return switch (state) {
      case TUNNEL ->
          block(
              ":method: CONNECT",
              ":protocol: websocket",
              ":scheme: http",
              ":path: /",
              ":authority: web");
      case WITHHELD -> request("POST", "/", with("x-held: 1", more));
      default -> request("POST", "/", more);
    };
  }

  private static String[] with(String first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  /** Brings stream 1 into this state; the backend that has it. */
  private FrameWire reach(State state, FrameWire caller, String... more) throws Exception {
    caller.send(Frame.headers(STREAM, asked(state, more), state.isRequestWhole()));
    var backend = next();
    backend.await(f -> f.type() == Frame.HEADERS);
    switch (state) {
      case ASKING, ASKED -> {}
      case BOTH, ANSWERING -> {
        backend.send(
            Frame.headers(STREAM, response(200), false), Frame.data(STREAM, new byte[10], false));
        caller.await(f -> f.type() == Frame.DATA);
      }
      case WAITING -> {
        backend.send(Frame.headers(STREAM, response(200), false));
        for (int i = 0; i < 5; i++) {
          backend.send(Frame.data(STREAM, new byte[10_000], i == 4));
        }
        caller.await(f -> f.type() == Frame.DATA);
      }
      case HELD -> {
        for (int sent = 0; sent < BODY_BYTES; sent += 10_000) {
          caller.send(Frame.data(STREAM, new byte[10_000], false));
        }
        backend.await(f -> f.type() == Frame.DATA);
      }
      case DONE -> {
        backend.send(Frame.headers(STREAM, response(204), true));
        caller.answer(STREAM);
      }
      case TUNNEL -> {
        backend.send(
            Frame.headers(STREAM, response(200), false), Frame.data(STREAM, new byte[10], false));
        caller.await(f -> f.type() == Frame.DATA);
      }
      case WITHHELD -> {
        backend.send(
            Frame.headers(STREAM, response(200), false), Frame.data(STREAM, new byte[10], false));
        backend.ping();
        assertThat(caller.ping()).noneMatch(f -> f.type() == Frame.HEADERS);
      }
      case RESET -> {
        caller.send(Frame.reset(STREAM, 8));
        backend.awaitReset(STREAM);
      }
      case REFUSED -> {
        backend.send(Frame.reset(STREAM, 2));
        caller.answer(STREAM);
      }
    }
    return backend;
  }

  private static void cause(Event event, FrameWire wire) throws IOException {
    switch (event) {
      case DATA -> wire.send(Frame.data(STREAM, new byte[100], false));
      case EMPTY_DATA -> wire.send(Frame.data(STREAM, new byte[0], false));
      case END -> wire.send(Frame.data(STREAM, new byte[100], true));
      case HEADERS -> wire.send(Frame.headers(STREAM, response(200), false));
      case TRAILERS -> wire.send(Frame.headers(STREAM, block("x: y"), true));
      case MALFORMED -> wire.send(Frame.headers(STREAM, block("X: y"), true));
      case RST_CANCEL -> wire.send(Frame.reset(STREAM, 8));
      case RST_NO_ERROR -> wire.send(Frame.reset(STREAM, 0));
      case RST_REFUSED -> wire.send(Frame.reset(STREAM, 7));
      case WINDOW -> wire.send(Frame.windowUpdate(STREAM, 5), Frame.windowUpdate(0, 5));
      case WINDOW_0 -> wire.send(Frame.windowUpdate(STREAM, 0));
      case WINDOW_OVERFLOW -> wire.send(Frame.windowUpdate(STREAM, 0x7fff_ffff));
      case INITIAL_WINDOW_0 -> wire.send(Frame.settings(Frame.INITIAL_WINDOW_SIZE, 0));
      case GOAWAY_0 -> wire.send(Frame.goAway(0, 0));
      case GOAWAY_ALL -> wire.send(Frame.goAway(Integer.MAX_VALUE, 0));
      case BAD_FRAME -> wire.send(new Frame(Frame.PING, 0, 0, new byte[3]));
      case CLOSE -> wire.close();
      case ABORT -> wire.abort();
    }
  }

  /** What was sent is looked at; or the connection is gone by now. */
  private static void settled(FrameWire wire) throws IOException {
    try {
      wire.ping();
    } catch (EOFException | SocketException _) {
      assert true;
    }
  }

  /** By a caller of its own, over the same connection to the backend or another. */
  private void anotherIsServed(FrameWire backend) throws IOException {
    var other = http2.caller();
    other.get(1, "/other");
    Thread.startVirtualThread(() -> answer(() -> backend));
    Thread.startVirtualThread(() -> answer(this::next));
    assertThat(other.answer(1).status()).isEqualTo("204");
    other.close();
  }

  private void answer(Callable<FrameWire> connection) {
    try {
      var backend = connection.call();
      while (true) {
        var head = backend.await(f -> f.type() == Frame.HEADERS);
        backend.send(Frame.headers(head.stream(), response(204), true));
      }
    } catch (AssertionError | RuntimeException e) {
      wrong.add(e);
    } catch (Exception _) { // It is gone.
      assert true;
    }
  }

  private FrameWire next() throws InterruptedException {
    return requireNonNull(backends.poll(20, TimeUnit.SECONDS));
  }

  private static void close(FrameWire wire) {
    try {
      wire.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.exchange.BackendStream;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Exchange;
import fairlead.exchange.Limits;
import fairlead.http.Head;
import fairlead.wire.HeadLimits;
import fairlead.wire.NotingOwner;
import fairlead.wire.Patience;
import fairlead.wire.ServerOwner;
import fairlead.wire.Slowness;
import fairlead.wire.SpentAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a caller's connection may stay ({@code spec/http.md} §7.10, threat 44). */
class SessionTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  private static final String POST =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n";

  private final NotingOwner owner = new NotingOwner();
  private final List<Exchange> asked = new ArrayList<>();
  private @Nullable EmbeddedChannel channel;

  @AfterEach
  void close() {
    if (channel != null) {
      channel.finishAndReleaseAll();
    }
  }

  private EmbeddedChannel open(@Nullable Duration idleTime, @Nullable Duration lifeTime) {
    var settings =
        new ServerSettings(HeadLimits.DEFAULT, new Limits(1 << 20, 8192, 5120), idleTime, lifeTime);
    var opened = new EmbeddedChannel();
    opened.freezeTime();
    opened.pipeline().addLast(new ServerCodec(settings, asked::add, owner));
    channel = opened;
    return opened;
  }

  private static void pass(EmbeddedChannel channel, long seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  private static void send(EmbeddedChannel channel, String text) {
    channel.writeInbound(ascii(text));
  }

  private static ByteBuf ascii(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private static String sent(EmbeddedChannel channel) {
    var text = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      text.append(out.toString(StandardCharsets.US_ASCII));
      out.release();
    }
    return text.toString();
  }

  private void answer(int n) {
    var exchange = asked.get(n);
    exchange.fail(new fairlead.exchange.Failure.LookupFailed("planted"));
  }

  @Test
  void threat44_aHeadThatTakesTooLongIsAnsweredOnceAndClosed() {
    var caller = open(null, null);
    send(caller, "GET / HTTP/1.1\r\nHo");
    pass(caller, 59);
    assertThat(sent(caller)).isEmpty();

    pass(caller, 1);

    assertThat(sent(caller)).startsWith("HTTP/1.0 408 Request Timeout\r\n");
    pass(caller, 2);
    assertThat(caller.isOpen()).isFalse();
    assertThat(asked).isEmpty();
  }

  @Test
  void threat44_drippingBytesGainNoTime() {
    var caller = open(null, null);
    for (char c : "GET / ".toCharArray()) {
      send(caller, String.valueOf(c));
      pass(caller, 10);
    }

    assertThat(sent(caller)).startsWith("HTTP/1.0 408 Request Timeout\r\n");
  }

  @Test
  void threat44_headsInPiecesHaveAllTheirTimeEach() {
    var caller = open(null, null);
    for (int n = 0; n < 5; n++) {
      send(caller, GET.substring(0, 9));
      pass(caller, 50);
      send(caller, GET.substring(9));
      answer(n);
      pass(caller, 20);

      assertThat(sent(caller)).startsWith("HTTP/1.1 502 ");
    }
    assertThat(caller.isOpen()).isTrue();
  }

  @Test
  void threat44_aBodyThatStopsIsAnsweredOnceAndTheBackendSeesNoWholeRequest() {
    var caller = open(null, null);
    send(caller, POST + "x");
    var backend = attach(0);
    pass(caller, 59);
    assertThat(sent(caller)).isEmpty();

    pass(caller, 1);

    assertThat(sent(caller))
        .startsWith("HTTP/1.1 408 Request Timeout\r\n")
        .contains("Connection: close\r\n")
        .contains("l5d-err: The+rest+of+the+request");
    assertThat(backend.wasReset).isTrue();
    assertThat(owner.slow).containsExactly(Slowness.BODY);
    pass(caller, 2);
    assertThat(caller.isOpen()).isFalse();
  }

  @Test
  void threat44_aByteASecondDoesNotHoldABackendForEver() {
    var caller = open(null, null);
    send(caller, POST);
    var backend = attach(0);

    int seconds = 0;
    while (!backend.wasReset && seconds < 1000) {
      send(caller, "x");
      pass(caller, 1);
      seconds++;
    }

    assertThat(seconds).isBetween(60, 62);
    assertThat(sent(caller)).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void threat44_aSlowBodyAboveTheRateMayLastForHours() {
    var caller = open(null, null);
    send(caller, POST);
    var backend = attach(0);
    for (int n = 0; n < 300; n++) {
      pass(caller, 50);
      send(caller, "x".repeat(50 * 64));
    }

    assertThat(caller.isOpen()).isTrue();
    assertThat(backend.wasReset).isFalse();
    assertThat(owner.slow).isEmpty();
  }

  @Test
  void threat44_aBackendThatDoesNotReadIsNotTheCallersFault() {
    var caller = open(null, null);
    send(caller, POST + "x");
    var backend = attach(0);
    asked.getFirst().caller().reading(false);

    pass(caller, 600);

    assertThat(caller.isOpen()).isTrue();
    asked.getFirst().caller().reading(true);
    pass(caller, 59);
    assertThat(backend.wasReset).isFalse();
    pass(caller, 1);
    assertThat(backend.wasReset).isTrue();
  }

  @Test
  void threat44_aBodyThatStopsBehindTheAnswersHeadEndsInAReset() {
    var caller = open(null, null);
    send(caller, POST + "x");
    var backend = attach(0);
    var head = Head.response(200, "OK");
    head.receivedContentLength(100);
    asked.getFirst().responseHead(head, false);
    caller.runPendingTasks();

    pass(caller, 60);

    assertThat(sent(caller)).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("408");
    assertThat(caller.isOpen()).isFalse();
    assertThat(backend.wasReset).isTrue();
  }

  @Test
  void threat44_aCallerThatTakesNothingOfItsAnswerIsReset() {
    var caller = stalling(Patience.DEFAULT);
    caller.deliver(ascii(GET));
    caller.stall();
    answer(0);
    caller.runPendingTasks();
    pass(caller, 59);
    assertThat(caller.isOpen()).isTrue();

    pass(caller, 1);

    assertThat(caller.isOpen()).isFalse();
    assertThat(owner.slow).containsExactly(Slowness.WRITE);
  }

  @Test
  void threat44_aCallerThatTakesItsAnswerSlowlyIsServed() {
    var caller = stalling(Patience.DEFAULT);
    caller.deliver(ascii(GET));
    caller.stall();
    var head = Head.response(200, "OK");
    head.receivedContentLength(100);
    asked.getFirst().responseHead(head, false);
    for (int n = 0; n < 100; n++) {
      asked.getFirst().responseData(ascii("x"));
      caller.runPendingTasks();
      pass(caller, 50);
      caller.goOn();
      caller.stall();
    }

    assertThat(caller.isOpen()).isTrue();
    assertThat(owner.slow).isEmpty();
  }

  @Test
  void fault26_aCallerWhoseAnswerThereIsNoMemoryForDoesNotWaitForEver() {
    var caller = open(null, null);
    send(caller, GET);
    caller.config().setAllocator(new SpentAllocator());

    assertThatThrownBy(() -> asked.getFirst().responseHead(Head.response(200, "OK"), true))
        .isInstanceOf(OutOfMemoryError.class);
    caller.runPendingTasks();

    assertThat(caller.isOpen()).isFalse();
    assertThat(sent(caller)).isEmpty();
  }

  @Test
  void threat44_aCallerThatDoesNotTakeItsLastAnswerIsGivenUpToo() {
    var caller = stalling(Patience.DEFAULT);
    caller.deliver(ascii("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    caller.stall();
    answer(0);
    caller.runPendingTasks();

    pass(caller, 60);

    assertThat(caller.isOpen()).isFalse();
  }

  @Test
  void aReadTimeoutCountsFromTheLastByteAlsoWhileARequestIsAnswered() {
    var caller = stalling(withReadTimeout());
    pass(caller, 4);
    caller.deliver(ascii(GET));
    pass(caller, 4);
    assertThat(caller.isOpen()).isTrue();

    pass(caller, 1);

    assertThat(caller.isOpen()).isFalse();
    assertThat(owner.slow).containsExactly(Slowness.READ);
  }

  @Test
  void aReadTimeoutDoesNotRunWhileWeDoNotRead() {
    var caller = stalling(withReadTimeout());
    caller.deliver(ascii(POST));

    pass(caller, 60);

    assertThat(caller.isOpen()).as("nobody takes the body yet").isTrue();
  }

  private static Patience withReadTimeout() {
    var usual = Patience.DEFAULT;
    return new Patience(
        usual.head(),
        usual.body(),
        usual.bodyBytesPerSecond(),
        usual.write(),
        Duration.ofSeconds(5));
  }

  private StallingChannel stalling(Patience patience) {
    var settings =
        new ServerSettings(
            HeadLimits.DEFAULT, new Limits(1 << 20, 8192, 5120), null, null, patience, null);
    var opened = StallingChannel.frozen(new ServerCodec(settings, asked::add, owner));
    channel = opened;
    return opened;
  }

  private Backend attach(int n) {
    var backend = new Backend();
    asked.get(n).attach(backend);
    return backend;
  }

  /** Takes everything and says nothing. */
  private static final class Backend implements BackendStream {
    boolean wasReset;

    @Override
    public void begin(Exchange exchange, fairlead.http.Head head, boolean end) {}

    @Override
    public void data(ByteBuf data) {
      data.release();
    }

    @Override
    public void end(fairlead.http.@Nullable Fields trailers) {}

    @Override
    public void reset(ErrorCode why) {
      wasReset = true;
    }

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public void reading(boolean on) {}
  }

  @Test
  void threat44_halfAHeadIsNoRequestInProgress() {
    var caller = open(Duration.ofSeconds(5), null);
    send(caller, "GET / HTTP/1.1\r\nHo");

    pass(caller, 5);

    assertThat(caller.isOpen()).isFalse();
    assertThat(owner.idleCloses).isEqualTo(1);
  }

  @Test
  void anIdleTimeCountsFromTheLastAnswer() {
    var caller = open(Duration.ofSeconds(5), null);
    send(caller, GET);
    pass(caller, 30);
    assertThat(caller.isOpen()).as("a request is in progress").isTrue();
    answer(0);
    pass(caller, 4);
    assertThat(caller.isOpen()).isTrue();

    pass(caller, 5);

    assertThat(caller.isOpen()).isFalse();
    assertThat(owner.idleCloses).isEqualTo(1);
  }

  @Test
  void anOldConnectionEndsWithItsAnswer() {
    var caller = open(null, Duration.ofSeconds(5));
    send(caller, GET);
    pass(caller, 6);
    assertThat(caller.isOpen()).isTrue();

    answer(0);
    caller.runPendingTasks();
    pass(caller, 2);

    assertThat(sent(caller)).contains("Connection: close\r\n");
    assertThat(caller.isOpen()).isFalse();
    assertThat(owner.lifetimeCloses).isEqualTo(1);
  }

  @Test
  void fault22_whileWeLeaveEachAnswerAsksTheCallerToGo() {
    var caller = open(null, null);
    send(caller, GET);
    owner.phase = ServerOwner.Phase.LEAVING;

    answer(0);
    caller.runPendingTasks();

    assertThat(sent(caller)).contains("Connection: close\r\n");
    pass(caller, 2);
    assertThat(caller.isOpen()).isFalse();
  }

  @Test
  void fault22_theLastAnswerIsWholeBeforeAnIdleConnectionIsClosed() {
    var settings =
        new ServerSettings(HeadLimits.DEFAULT, new Limits(1 << 20, 8192, 5120), null, null);
    var codec = new ServerCodec(settings, asked::add, owner);
    var caller = StallingChannel.with(codec);
    channel = caller;
    caller.stall();
    caller.deliver(Unpooled.copiedBuffer(GET, StandardCharsets.US_ASCII));
    answer(0);
    caller.runPendingTasks();

    codec.finish();
    assertThat(caller.isOpen()).isTrue();
    caller.goOn();

    assertThat(sent(caller)).endsWith("planted");
    assertThat(caller.isOpen()).isFalse();
  }

  @Test
  void fault22_whoHasJustComeHasASecondForTheFirstRequest() {
    var caller = open(null, null);
    owner.phase = ServerOwner.Phase.CLOSING;
    finish(caller);

    caller.advanceTimeBy(900, TimeUnit.MILLISECONDS);
    pass(caller, 0);
    send(caller, GET);
    answer(0);
    caller.runPendingTasks();

    assertThat(sent(caller)).contains("Connection: close\r\n").endsWith("planted");
    pass(caller, 2);
    assertThat(caller.isOpen()).isFalse();
  }

  @Test
  void fault22_whoComesAndAsksNothingIsClosedAfterASecond() {
    var caller = open(null, null);
    finish(caller);
    pass(caller, 0);
    assertThat(caller.isOpen()).isTrue();

    pass(caller, 1);

    assertThat(caller.isOpen()).isFalse();
  }

  private static void finish(EmbeddedChannel caller) {
    caller.pipeline().get(ServerCodec.class).finish();
    caller.runPendingTasks();
  }
}

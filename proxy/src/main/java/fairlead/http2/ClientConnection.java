package fairlead.http2;

import fairlead.exchange.BackendStream;
import fairlead.exchange.ConnectionEvents;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Failure;
import fairlead.wire.Glitch;
import fairlead.wire.ReadTimeout;
import fairlead.wire.SpareHeads;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a backend, shared by many streams ({@code spec/client.md} §15). It takes no more
 * of them than the backend allows, and none once the backend says GOAWAY. Event loop only.
 */
public final class ClientConnection extends Http2Connection {
  private static final byte[] PREFACE =
      ServerConnection.PREFACE.getBytes(StandardCharsets.US_ASCII);

  private static final long LATE_MILLIS = 250;

  private final String endpoint;
  private final Owner owner;
  private final boolean secured;
  private final KeepAlive keepAlive;
  private final @Nullable Duration readLimit;

  /** Made with the first stream; null where the backend may be silent for ever. */
  private @Nullable ReadTimeout readTimeout;

  private final ResetPace pace = new ResetPace();

  /** Given up, and the backend does not know yet. */
  private final ArrayDeque<ClientStream> givenUp = new ArrayDeque<>();

  private @Nullable Future<?> resetTimer;

  private int nextStream;
  private boolean settled;
  private boolean leaving;
  private long idleNanos;

  /** Whose connection it is. Event loop only. */
  public interface Owner {
    /** It may take more streams than a moment ago. */
    void roomier(ClientConnection connection);

    /** It takes no more streams; those that it has may still end. */
    void leaving(ClientConnection connection);

    /** It is closed; told once for each that was up. */
    void gone(ClientConnection connection);

    /** A PING was answered after so long. */
    void pinged(long nanos);

    /** A PING was not answered in time, and the connection is closed. */
    void silent();
  }

  /**
   * Not connected yet.
   *
   * @param secured whether TLS is below
   */
  public ClientConnection(
      InetSocketAddress endpoint,
      boolean secured,
      Http2Settings settings,
      Owner owner,
      ConnectionEvents events) {
    this(endpoint, secured, settings, owner, events, null);
  }

  /**
   * The same.
   *
   * @param readLimit a stream on which nothing is said for so long is given up; null for never
   */
  public ClientConnection(
      InetSocketAddress endpoint,
      boolean secured,
      Http2Settings settings,
      Owner owner,
      ConnectionEvents events,
      @Nullable Duration readLimit) {
    this(endpoint, secured, settings, owner, events, readLimit, 1);
  }

  /**
   * The same.
   *
   * @param firstStream number of its first stream: odd, and 1 but for those who await the last
   */
  ClientConnection(
      InetSocketAddress endpoint,
      boolean secured,
      Http2Settings settings,
      Owner owner,
      ConnectionEvents events,
      @Nullable Duration readLimit,
      int firstStream) {
    super(settings, events);
    this.readLimit = readLimit;
    this.nextStream = firstStream;
    this.endpoint = NetUtil.toSocketAddressString(endpoint);
    this.secured = secured;
    this.owner = owner;
    this.keepAlive = new KeepAlive(this, KeepAlive.Pace.OF_BACKENDS, owner::pinged, owner::silent);
  }

  /** How many streams more it may take now: none until its first SETTINGS are there. */
  public int room() {
    boolean usable = settled && isOpen() && !leaving && !isClosing() && nextStream > 0;
    long room = peerStreams() - streamCount();
    return usable ? (int) Math.min(Integer.MAX_VALUE, Math.max(0, room)) : 0;
  }

  /** Whether a stream more would soon wait for the slow readers of those that it has. */
  public boolean isSlow() {
    return isCrowded();
  }

  /** How many streams it has. */
  public int streams() {
    return streamCount();
  }

  /** Since when there is no stream, by the loop's ticker. */
  public long idleNanos() {
    return idleNanos;
  }

  /** A stream that is the asker's; it counts once it begins. */
  public BackendStream newStream() {
    return new ClientStream(this);
  }

  /** Takes no more streams and closes with the last. */
  public void retire() {
    if (!leaving) {
      leaving = true;
      if (isOpen() && !isClosing()) {
        frames().goAway(0, ErrorCode.NO_ERROR, "");
      }
      leave();
    }
  }

  String endpoint() {
    return endpoint;
  }

  boolean isSecured() {
    return secured;
  }

  /** Gives {@code stream} its number; false when no more are taken. */
  boolean register(ClientStream stream) {
    if (!isOpen() || leaving || isClosing() || nextStream < 0) {
      return false;
    }
    int id = nextStream;
    nextStream += 2; // below zero behind the last there is
    if (nextStream < 0) {
      context().executor().execute(this::numbersSpent); // behind the last one's head
    }
    add(id, stream);
    keepAlive.watch();
    if (readLimit != null) {
      watchReads(readLimit);
    }
    return true;
  }

  /** No stream can be opened any more: another connection is needed (RFC 9113 §5.1.1). */
  private void numbersSpent() {
    if (!leaving) {
      owner.leaving(this);
      retire();
    }
  }

  private void watchReads(Duration limit) {
    if (readTimeout == null) {
      readTimeout = new ReadTimeout(limit, context().executor(), now -> giveUpSilent(now, limit));
    }
    readTimeout.watch();
  }

  /** In how many nanoseconds the next stream may have been silent for too long. */
  private long giveUpSilent(long now, Duration limit) {
    long next = Long.MAX_VALUE;
    for (var each : allStreams()) {
      long left = ((ClientStream) each).giveUpSilent(now, limit);
      if (left > 0) {
        next = Math.min(next, left);
      }
    }
    return next == Long.MAX_VALUE ? 0 : next;
  }

  /** Whether the backend may be told now that {@code stream} is given up. */
  boolean mayReset(ClientStream stream) {
    return !stream.isYoung() || pace.take(turn().nanoTime());
  }

  /** Tells the backend that {@code stream} is given up once the stream is no longer young. */
  void resetLater(ClientStream stream) {
    givenUp.add(stream);
    if (resetTimer == null) {
      resetTimer =
          context().executor().schedule(this::resetLate, LATE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void resetLate() {
    resetTimer = null;
    for (int left = givenUp.size(); left > 0; left--) {
      var next = givenUp.remove();
      if (next.isYoung() && !next.isClosed()) {
        resetLater(next);
      } else {
        next.resetNow();
      }
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    begin(context);
    if (context.channel().isActive()) {
      open(context); // behind a handshake
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    open(context);
  }

  private void open(ChannelHandlerContext context) {
    if (isOpen()) {
      return;
    }
    opened();
    idleNanos = turn().nanoTime();
    outbox().room(PREFACE.length).writeBytes(PREFACE);
    greet(Frames.ENABLE_PUSH, 0);
    context.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    keepAlive.heard();
    in.add(context, (ByteBuf) message);
    process();
  }

  @Override
  protected void readComplete() {
    report();
    if (isOpen()) {
      context().read();
    }
  }

  @Override
  boolean isIdle(int stream) {
    return stream % 2 == 0 || (nextStream > 0 && stream >= nextStream);
  }

  @Override
  void head(int id, ByteBuf block, boolean end) throws ConnectionError {
    keepAlive.heardUseful();
    var stream = (ClientStream) stream(id);
    if (stream == null) {
      drop(block);
      onGone(id, "HEADERS");
    } else if (stream.isAnswered()) {
      trailers(stream, block, end);
    } else {
      response(stream, block, end);
    }
  }

  private void response(ClientStream stream, ByteBuf block, boolean end) throws ConnectionError {
    var head = SpareHeads.take();
    head.reset();
    heads.beginResponse(head);
    boolean small = decode(block, head);
    var fault = heads.endResponse(head, end);
    if (!small || fault != null) {
      SpareHeads.give(head);
      fault(stream, ErrorCode.PROTOCOL_ERROR, fault == null ? "its head is too large" : fault);
    } else {
      stream.head(head, end);
    }
  }

  @Override
  public void data(ByteBuf part) {
    keepAlive.heardUseful();
    super.data(part);
  }

  @Override
  void ownSetting(int id, long value) throws ConnectionError {
    if (id == Frames.ENABLE_PUSH && value == 1) {
      throw ConnectionError.protocol("SETTINGS_ENABLE_PUSH of a server");
    }
  }

  @Override
  void settled() {
    settled = true;
    owner.roomier(this);
  }

  /** The backend looks at nothing behind {@code last}: that may go to another (RFC 9113 §6.8). */
  @Override
  public void goAway(int last, ErrorCode code) {
    boolean first = !leaving;
    leaving = true;
    if (first) {
      owner.leaving(this);
    }
    for (var each : allStreams()) {
      if (each.id() > last) {
        ((ClientStream) each).failed(new Failure.ConnectionLeaving(endpoint), true);
      }
    }
    leave();
  }

  @Override
  public void pingAck(long payload) {
    keepAlive.pingAck();
  }

  /** Whom we asked may say no as often as it likes. */
  @Override
  void peerReset() {}

  @Override
  void count(Glitch glitch) {}

  @Override
  void spent(Glitch glitch) {}

  @Override
  void watchWaiting() {}

  @Override
  void streamGone(Stream stream) {
    if (streamCount() == 0) {
      idleNanos = turn().nanoTime();
    }
    if (isOpen() && !leaving && !isClosing()) {
      owner.roomier(this);
    }
  }

  @Override
  int lastStream() {
    return 0;
  }

  @Override
  void dropStreams(ErrorCode code, String reason) {
    for (var each : allStreams()) {
      ((ClientStream) each).failed(new Failure.BadResponse(endpoint, reason), false);
    }
  }

  @Override
  void flushed() {}

  @Override
  void end() {
    outbox().whenSent(this::close);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    keepAlive.stop();
    if (readTimeout != null) {
      readTimeout.stop();
    }
    givenUp.clear();
    if (resetTimer != null) {
      resetTimer.cancel(false);
    }
    if (!leaving) {
      leaving = true;
      owner.leaving(this); // before its streams look for another
    }
    var cause = cause();
    for (var each : allStreams()) {
      var stream = (ClientStream) each;
      var failure =
          cause == null
              ? new Failure.BackendClosed(endpoint)
              : new Failure.BackendBroken(endpoint, cause);
      stream.failed(failure, stream.isUnsent());
    }
    dropAll(ErrorCode.CANCEL);
    if (closed()) {
      owner.gone(this);
    }
  }
}

package fairlead.http2;

import fairlead.exchange.ErrorCode;
import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Service;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.wire.Addresses;
import fairlead.wire.CallerConnection;
import fairlead.wire.Expiry;
import fairlead.wire.Glitch;
import fairlead.wire.ServerOwner;
import fairlead.wire.ServerOwner.Phase;
import fairlead.wire.SlowCaller;
import fairlead.wire.Slowness;
import fairlead.wire.SpareHeads;
import fairlead.wire.StagedClose;
import fairlead.wire.WebSocketTunnel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A caller's HTTP/2 connection ({@code spec/http.md} §17). What is malformed is answered by a reset
 * and never reaches routing. Event loop only.
 */
public final class ServerConnection extends Http2Connection implements CallerConnection {
  /** What a client begins with (RFC 9113 §3.4). */
  public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private static final byte[] PREFACE_BYTES = PREFACE.getBytes(StandardCharsets.US_ASCII);

  /** Says that our first GOAWAY was read: "leave". */
  private static final long LEAVE_PING = 0x6c65617665L;

  /** Who has not answered it by then is not going to. */
  private static final long LEAVE_MILLIS = 1000;

  private static final int MOST_WAITING_BYTES = 1 << 20;

  private final Http2ServerSettings server;
  private final Service service;
  private final ServerOwner owner;
  private final @Nullable Addresses told;
  private final @Nullable String certificate;

  private final KeepAlive keepAlive =
      new KeepAlive(this, KeepAlive.Pace.OF_CALLERS, _ -> {}, this::silent);

  private @Nullable SlowCaller slow;
  private @Nullable Expiry expiry;
  private @Nullable Future<?> sweep;
  private @Nullable Future<?> leaveTimer;
  private @Nullable Future<?> closeTimer;
  private int prefaceSeen;
  private int lastStream;

  /** In the last GOAWAY: it may not rise any more (RFC 9113 §6.8). */
  private int lastTold;

  private boolean goingAway;
  private boolean gone;
  private boolean ending;

  /**
   * A connection that was accepted.
   *
   * @param told who connected, by another proxy; null for the connection's own addresses
   */
  public ServerConnection(
      Http2ServerSettings settings, Service service, ServerOwner owner, @Nullable Addresses told) {
    this(settings, service, owner, told, null);
  }

  /**
   * The same, of a caller that showed a certificate.
   *
   * @param certificate as {@link fairlead.exchange.CallerStream#certificate} tells it; null when it
   *     showed none
   */
  public ServerConnection(
      Http2ServerSettings settings,
      Service service,
      ServerOwner owner,
      @Nullable Addresses told,
      @Nullable String certificate) {
    super(settings.http2(), owner);
    this.server = settings;
    this.service = service;
    this.owner = owner;
    this.told = told;
    this.certificate = certificate;
  }

  @Override
  public void execute(Runnable task) {
    context().executor().execute(task);
  }

  @Override
  public void finish() {
    goAway();
    for (var each : allStreams()) {
      ((ServerStream) each).finish();
    }
  }

  /**
   * Our SETTINGS are on their way, and streams may be: their caller must know what became of them.
   */
  @Override
  public void turnAway() {
    goAway();
  }

  boolean resets() {
    return server.resets();
  }

  /** Longest body of a request that is taken, in bytes. */
  long mostBody() {
    return server.limits().body();
  }

  SocketAddress peer() {
    return told == null ? context().channel().remoteAddress() : told.peer();
  }

  @Nullable String certificate() {
    return certificate;
  }

  SocketAddress local() {
    return told == null ? context().channel().localAddress() : told.local();
  }

  // The connection begins.

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    begin(context);
    var loop = context.executor();
    slow = new SlowCaller(server.patience(), loop, outbox(), this::tooSlow);
    expiry = new Expiry(server.idleTime(), server.lifeTime(), loop, this::expired);
    if (context.channel().isActive()) {
      open(context);
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
    made(expiry).opened();
    slow().opened();
    slow().headWaits();
    if (server.tunnels()) {
      greet(Frames.MAX_CONCURRENT_STREAMS, settings.streams(), Frames.ENABLE_CONNECT_PROTOCOL, 1);
    } else {
      greet(Frames.MAX_CONCURRENT_STREAMS, settings.streams());
    }
    owner.joined(this); // who may close it at once
    context.read();
  }

  /**
   * The connection was asked for by an Upgrade of HTTP/1.1 (RFC 7540 §3.2), whose request is on
   * stream 1. To be called once it is open.
   *
   * @param request without a body; taken over
   * @param peerSettings what {@code HTTP2-Settings} says
   */
  public void upgraded(Head request, ByteBuf peerSettings) {
    try {
      while (peerSettings.readableBytes() >= 6) {
        setting(peerSettings.readUnsignedShort(), peerSettings.readUnsignedInt());
      }
      moveWindows();
      settled();
    } catch (ConnectionError e) {
      die(e.code(), e.reason());
      return;
    }
    lastStream = 1;
    request.mark(Head.HTTP2);
    serve(1, request, true);
  }

  // Requests come in.

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    slow().received(bytes.readableBytes());
    keepAlive.heardUseful();
    in.add(context, bytes);
    if (prefaceSeen == PREFACE_BYTES.length || preface()) {
      process();
      if (isMidBlock()) {
        slow().headWaits();
      } else {
        slow().requestBegins(false);
      }
    }
    if (context.channel().unsafe().outboundBuffer() != null
        && context.channel().bytesBeforeWritable() > MOST_WAITING_BYTES) {
      breakOff(); // it asks and asks, and takes none of what we say
    }
  }

  /** Whether all of it is there; what is something else ends the connection. */
  private boolean preface() {
    var bytes = in.bytes();
    while (prefaceSeen < PREFACE_BYTES.length && bytes.isReadable()) {
      if (bytes.readByte() != PREFACE_BYTES[prefaceSeen++]) {
        prefaceSeen = 0;
        die(ErrorCode.PROTOCOL_ERROR, "not the preface of HTTP/2");
        in.clear();
        return false;
      }
    }
    return prefaceSeen == PREFACE_BYTES.length;
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
    return stream > lastStream || stream % 2 == 0;
  }

  @Override
  void head(int id, ByteBuf block, boolean end) throws ConnectionError {
    var known = stream(id);
    if (known != null) {
      trailers(known, block, end);
    } else if (id % 2 == 0) {
      throw ConnectionError.protocol("a stream with an even number");
    } else if (!isIdle(id)) {
      if (!wasReset(id)) {
        throw ConnectionError.protocol("a stream with a number below the last one's");
      }
      drop(block);
    } else {
      lastStream = id;
      request(id, block, end);
    }
  }

  private void request(int id, ByteBuf block, boolean end) throws ConnectionError {
    if (gone) {
      drop(block); // above the last stream that we told
      ignore(id);
      return;
    }
    if (streamCount() >= settings.streams()) {
      drop(block);
      writeReset(id, ErrorCode.REFUSED_STREAM);
      glitch(Glitch.REFUSED);
      return;
    }
    var head = SpareHeads.take();
    head.reset();
    heads.beginRequest(head);
    boolean small = decode(block, head);
    var fault = heads.endRequest(head, end);
    if (!small) {
      SpareHeads.give(head);
      refuse(id, 431, "Request Header Fields Too Large", end);
    } else if (fault != null) {
      SpareHeads.give(head);
      writeReset(id, ErrorCode.PROTOCOL_ERROR);
      glitch(Glitch.FAULT);
    } else if (head.contentLength() > server.limits().body()) {
      SpareHeads.give(head);
      refuse(id, 413, "Content Too Large", end);
    } else if (head.wantsUpgrade() && !isTunnel(head)) {
      SpareHeads.give(head);
      refuse(id, 501, "Not Implemented", end);
    } else {
      serve(id, head, end);
    }
  }

  private boolean isTunnel(Head head) {
    return server.tunnels() && head.valueIs(head.find(HeaderNames.UPGRADE), WebSocketHead.PROTOCOL);
  }

  private void refuse(int id, int status, String reason, boolean end) {
    var answer = Head.response(status, reason);
    answer.receivedContentLength(0);
    var to = beginHead(answer);
    HeadBlocks.response(answer, status, to);
    endHead(to, id, true);
    if (!end) {
      writeReset(id, ErrorCode.NO_ERROR);
    }
  }

  private void serve(int id, Head head, boolean end) {
    var stream = new ServerStream(this, head);
    if (streamCount() == 0) {
      made(expiry).requestBegins();
    }
    add(id, stream);
    keepAlive.watch();
    stream.expect(head.contentLength());
    if (end) {
      stream.endedRemotely();
    } else if (head.contentLength() > 0) {
      watchWaiting();
    }
    boolean bodyless = end || head.wantsUpgrade() || head.methodIs("CONNECT");
    var exchange =
        new Exchange(stream, head, new Filter[Exchange.FILTERS], bodyless, server.limits(), turn());
    stream.begin(exchange);
    service.begin(exchange);
  }

  /** A WebSocket is open; it is asked to end at once when the listener closes. */
  void tunnelled(WebSocketTunnel webSocket) {
    if (owner.phase() == Phase.CLOSING) {
      webSocket.leave();
    }
  }

  @Override
  void ownSetting(int id, long value) {}

  @Override
  void settled() {}

  @Override
  public void goAway(int last, ErrorCode code) {
    // No stream of ours is open to it; it closes when it is done.
  }

  @Override
  public void pingAck(long payload) {
    if (payload == LEAVE_PING && goingAway) {
      goAwayForGood();
    } else {
      keepAlive.pingAck();
    }
  }

  @Override
  void peerReset() throws ConnectionError {
    glitch(Glitch.RESET);
  }

  @Override
  void count(Glitch glitch) {
    owner.glitch(glitch);
  }

  @Override
  void spent(Glitch glitch) {
    owner.spent(glitch);
  }

  @Override
  void streamGone(Stream stream) {
    if (streamCount() == 0) {
      made(expiry).answered();
    }
  }

  // It ends.

  /** An answer goes out: a caller of a listener that is leaving is told so. */
  void answering() {
    if (!goingAway && owner.phase() != Phase.SERVING) {
      goAway();
    }
  }

  /** Tells the caller to use another connection; what it sends until it knows is served. */
  private void goAway() {
    if (!goingAway && isOpen() && !isClosing()) {
      goingAway = true;
      frames().goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "");
      frames().ping(LEAVE_PING, false);
      leaveTimer =
          context().executor().schedule(this::goAwayForGood, LEAVE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void goAwayForGood() {
    if (!gone && !isClosing()) {
      gone = true;
      lastTold = lastStream;
      frames().goAway(lastStream, ErrorCode.NO_ERROR, "");
      leave();
    }
  }

  @Override
  int lastStream() {
    return gone ? lastTold : lastStream;
  }

  @Override
  void dropStreams(ErrorCode code, String reason) {
    allStreams().forEach(each -> each.abandoned(code));
  }

  private void expired(Expiry.Reason reason) {
    switch (reason) {
      case UNUSED -> {
        owner.idleClose();
        goAwayForGood();
      }
      case OLD -> {
        owner.lifetimeClose();
        goAway();
      }
    }
  }

  private void silent() {
    owner.tooSlow(Slowness.READ);
  }

  private void tooSlow(Slowness what) {
    if (isClosing() && what != Slowness.WRITE) {
      return;
    }
    owner.tooSlow(what);
    switch (what) {
      case HEAD -> die(ErrorCode.ENHANCE_YOUR_CALM, "the preface or a head takes too long");
      case BODY -> {} // that of one stream does not concern the others: see sweep
      case READ -> close();
      case WRITE -> breakOff();
    }
  }

  @Override
  void watchWaiting() {
    if (sweep == null && isOpen()) {
      schedule();
    }
  }

  private void schedule() {
    Duration shorter = server.patience().write();
    if (server.patience().body().compareTo(shorter) < 0) {
      shorter = server.patience().body();
    }
    sweep = context().executor().schedule(this::sweep, shorter.toNanos() / 2, TimeUnit.NANOSECONDS);
  }

  /** Gives up streams whose caller does not open its window, or lets us wait for a body. */
  private void sweep() {
    sweep = null;
    long now = turn().nanoTime();
    long writing = now - server.patience().write().toNanos();
    long reading = now - server.patience().body().toNanos();
    boolean more = false;
    for (var each : allStreams()) {
      var stream = (ServerStream) each;
      if (stream.isStalledSince(writing)) {
        owner.tooSlow(Slowness.WRITE);
        writeReset(stream.id(), ErrorCode.CANCEL);
        stream.abandoned(ErrorCode.CANCEL);
      } else if (stream.isBodyLate(reading)) {
        owner.tooSlow(Slowness.BODY);
        stream.bodyTimedOut();
      } else {
        more |= stream.isWaiting() || stream.hasBodyDue();
      }
    }
    if (more && isOpen()) {
      schedule();
    }
  }

  @Override
  void flushed() {
    slow().flushed();
  }

  /** The caller may still send, and must get what we said last (RFC 9112 §9.6). */
  @Override
  void end() {
    if (!ending) {
      ending = true;
      outbox().whenSent(this::stopSending);
    }
  }

  private void stopSending() {
    if (closeTimer == null) {
      closeTimer = StagedClose.stopSending(context());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    dropAll(ErrorCode.CANCEL);
    if (closed()) {
      slow().closed();
      made(expiry).closed();
      cancel(sweep);
      cancel(leaveTimer);
      cancel(closeTimer);
      keepAlive.stop();
      owner.left(this);
    }
  }

  private static void cancel(@Nullable Future<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private SlowCaller slow() {
    return made(slow);
  }
}

package fairlead.http1;

import fairlead.exchange.CallerStream;
import fairlead.exchange.ConnectionEvents;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Filter;
import fairlead.exchange.Limits;
import fairlead.exchange.Turn;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a caller: requests one after another, answered in order ({@code spec/http.md}
 * §7). What the parser rejects is answered once and never reaches routing. Event loop only.
 */
public final class ServerCodec extends ChannelInboundHandlerAdapter implements CallerStream {
  private static final Duration LINGER = Duration.ofSeconds(2);

  private static final Rejection SLOW = new Rejection(408, "the head takes too long");

  private final Settings settings;
  private final Service service;
  private final Owner owner;
  private final @Nullable Addresses told;
  private final HeadParser parser;
  private final BodyReader body;
  private final Inlet in = new Inlet();
  private final Expectation expectation = new Expectation(this::sayContinue);

  /** Those that a request passed: the memory of one exchange after another. */
  private final Filter[] filters = new Filter[Exchange.FILTERS];

  /** Cancelled with the connection, which they would else keep in memory until they are due. */
  private final List<Future<?>> timers = new ArrayList<>(0);

  private @Nullable ChannelHandlerContext ctx;
  private @Nullable Outlet out;
  private @Nullable Turn turn;
  private @Nullable SlowCaller slow;
  private @Nullable Exchange exchange;
  private @Nullable WebSocketTunnel webSocket;

  /** From the first byte of a request to the end of its answer. */
  private @Nullable Head head;

  /** Of the answer in progress, when it is compressed. */
  private @Nullable Compressor compressor;

  private @Nullable Throwable cause;
  private long openedNanos;
  private long idleNanos;
  private long requests;
  private long reportedIn;
  private long reportedOut;
  private boolean opened;
  private boolean processing;
  private boolean reading;
  private boolean bodyWhole = true;
  private boolean tunnelled;
  private boolean closeAfter;

  /** The caller said that it sends no other request. */
  private boolean lastOfCaller;

  private boolean closing;

  /**
   * What a listener asks of its connections.
   *
   * @param idleTime a connection without a request for so long is closed; null for never
   * @param lifeTime a connection so old is closed after its answer; null for never
   * @param compression of answers; null for none
   */
  public record Settings(
      HeadLimits heads,
      Limits limits,
      @Nullable Duration idleTime,
      @Nullable Duration lifeTime,
      Patience patience,
      @Nullable Compression compression) {
    /** With the default patience, without compression. */
    public Settings(
        HeadLimits heads, Limits limits, @Nullable Duration idleTime, @Nullable Duration lifeTime) {
      this(heads, limits, idleTime, lifeTime, Patience.DEFAULT, null);
    }
  }

  /** What becomes of requests. Event loop only. */
  @FunctionalInterface
  public interface Service {
    void begin(Exchange exchange);
  }

  /** Whose connection it is. */
  public interface Owner extends ConnectionEvents {
    /** How far the listener is from its end. Any thread. */
    Phase phase();

    /** It is up. Event loop only. */
    void joined(ServerCodec connection);

    /** It is gone. Event loop only. */
    void left(ServerCodec connection);

    /** Closed for want of requests. Any thread. */
    void idleClose();

    /** Closed for its age. Any thread. */
    void lifetimeClose();

    /** Given up, since its caller let us wait. Any thread. */
    void tooSlow(Slowness what);
  }

  /** How far a listener is from its end. */
  public enum Phase {
    SERVING,
    /** Answers ask the caller to come by another connection. */
    LEAVING,
    /** Connections are closed as soon as nothing is in progress. */
    CLOSING
  }

  /** Who connected to whom, where the connection itself does not tell. */
  public record Addresses(SocketAddress peer, SocketAddress local) {}

  public ServerCodec(Settings settings, Service service, Owner owner) {
    this(settings, service, owner, null);
  }

  /**
   * The same, of a connection that another proxy made.
   *
   * @param told by that proxy; null for the connection's own addresses
   */
  public ServerCodec(Settings settings, Service service, Owner owner, @Nullable Addresses told) {
    this.told = told;
    this.settings = settings;
    this.service = service;
    this.owner = owner;
    this.parser = HeadParser.ofRequests(settings.heads);
    this.body = new BodyReader(settings.heads);
  }

  /** Runs {@code task} on the connection's loop. Any thread. */
  public void execute(Runnable task) {
    context().executor().execute(task);
  }

  /** Closes the connection if nothing is in progress, once the last answer is with the caller. */
  public void closeIfIdle() {
    if (isIdle()) {
      closing = true;
      outlet().whenSent(this::close);
    }
  }

  /** {@link #closeIfIdle}, and asks a WebSocket to end. */
  public void finish() {
    closeIfIdle();
    if (webSocket != null) {
      webSocket.leave();
    }
  }

  /** Closes the connection, whatever it does. */
  public void close() {
    if (ctx != null) {
      var _ = ctx.close();
    }
  }

  @Override
  public SocketAddress peer() {
    return told == null ? context().channel().remoteAddress() : told.peer();
  }

  @Override
  public SocketAddress local() {
    return told == null ? context().channel().localAddress() : told.local();
  }

  @Override
  public void interim(Head head) {
    if (request().minorVersion() == 1 && expectation.passes(head.status())) {
      outlet().head(head, Framing.NONE);
    }
  }

  private void sayContinue() {
    outlet().head(Head.response(100, "Continue"), Framing.NONE);
  }

  @Override
  public void head(Head head, boolean end) {
    expectation.stop();
    var request = request();
    var received = Framing.ofResponse(head, request.methodIs("HEAD"));
    var framing = compress(request, head, Framing.toCaller(received, request), end);
    closeAfter |= framing instanceof Framing.UntilClose || !bodyWhole || isLeaving() || isTooOld();
    closeAfter |= request.methodIs("CONNECT") && Framing.isConnected(head); // yet to no tunnel
    if (framing instanceof Framing.Chunked) {
      head.setMinorVersion(1);
    }
    if (closeAfter) {
      head.set(HeaderNames.CONNECTION, "close");
    } else if (request.minorVersion() == 0 || head.minorVersion() == 0) {
      head.set(HeaderNames.CONNECTION, "keep-alive"); // HTTP/1.0 closes unless it is told
    }
    outlet().head(head, framing);
    if (end) {
      answered();
    }
  }

  /** What the caller sent too early is in the inlet, and the first to go through the tunnel. */
  @Override
  public void tunnel(Head head, @Nullable String protocol) {
    if (protocol != null) {
      head.set(HeaderNames.CONNECTION, "upgrade");
      head.set(HeaderNames.UPGRADE, protocol);
    }
    outlet().head(head, Framing.TUNNEL);
    body.begin(Framing.TUNNEL);
    bodyWhole = false;
    closeAfter = true;
    tunnelled = true;
    if ("websocket".equalsIgnoreCase(protocol) && exchange != null) {
      var joined = exchange;
      webSocket = new WebSocketTunnel(joined::requestData, outlet()::data, joined::closeTunnel);
      if (owner.phase() == Phase.CLOSING) {
        webSocket.leave();
      }
    }
  }

  /** How the body is framed: in chunks from now on if it is compressed. */
  private Framing compress(Head request, Head response, Framing framing, boolean end) {
    if (settings.compression == null || end) {
      return framing;
    }
    compressor = settings.compression.begin(request, response, framing, context(), outlet());
    return compressor == null ? framing : Framing.CHUNKED;
  }

  @Override
  public void data(ByteBuf data) {
    if (webSocket != null) {
      webSocket.fromBackend(data);
    } else if (compressor != null) {
      compressor.data(data);
    } else {
      outlet().data(data);
    }
  }

  @Override
  public void end(@Nullable Fields trailers) {
    if (compressor != null) {
      compressor.finish();
      compressor = null;
    }
    outlet().end(trailers);
    answered();
  }

  @Override
  public void reset() {
    exchange = null;
    closing = true;
    dropCompressor();
    outlet().flush();
    if (outlet().endsWithConnection()) {
      breakOff();
    } else {
      close();
    }
  }

  /** Closes the connection so that the caller sees a fault, and the system keeps nothing of it. */
  private void breakOff() {
    context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
    close();
  }

  private void dropCompressor() {
    if (compressor != null) {
      compressor.drop();
      compressor = null;
    }
  }

  @Override
  public boolean writable() {
    return outlet().writable();
  }

  @Override
  public void reading(boolean on) {
    reading = on;
    if (on) {
      expectation.wait(context().executor());
      process();
    } else {
      slow().bodyRests();
      expectation.stop();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
    turn = Turn.of(context.executor());
    out = new Outlet(context, this::afterFlush);
    ReadBuffers.use(context.channel());
    slow = new SlowCaller(settings.patience, context.executor(), out, this::tooSlow);
    if (context.channel().isActive()) {
      open(context);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    open(context);
  }

  private void open(ChannelHandlerContext context) {
    if (opened) {
      return;
    }
    opened = true;
    openedNanos = turn().nanoTime();
    idleNanos = openedNanos;
    owner.opened();
    owner.joined(this);
    schedule(settings.idleTime, this::checkIdle);
    schedule(settings.lifeTime, this::checkAge);
    slow().opened();
    context.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    slow().received(bytes.readableBytes());
    in.add(context, bytes);
    process();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (tunnelled) {
      report(); // its end may be days away
    }
    readOn();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (exchange != null && context.channel().isWritable()) {
      exchange.callerWritable();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
    cause = problem;
    var _ = context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    passTheLast();
    closing = true;
    expectation.stop();
    var left = exchange;
    exchange = null;
    if (left != null) {
      left.callerGone();
    }
    in.clear();
    dropHead();
    dropCompressor();
    outlet().discard();
    report();
    if (opened) {
      opened = false;
      slow().closed();
      timers.forEach(timer -> timer.cancel(false));
      timers.clear();
      long age = turn().nanoTime() - openedNanos;
      owner.closed(age, in.received(), outlet().sent(), requests, cause);
      owner.left(this);
    }
  }

  /** What came of a tunnel before its end goes on, whoever had to wait (RFC 9110 §9.3.6). */
  private void passTheLast() {
    while (tunnelled && exchange != null && !in.isEmpty() && body(exchange)) {
      // As long as there is more to be had.
    }
  }

  private void process() {
    if (processing) {
      return; // Called from within: the loop below goes on.
    }
    processing = true;
    while (step()) {
      // As long as there is more to be had.
    }
    processing = false;
    in.trim(context());
    readOn();
  }

  private boolean step() {
    if (closing) {
      in.clear();
      return false;
    }
    if (exchange != null) {
      return reading && !bodyWhole && body(exchange);
    }
    return !in.isEmpty() && !outlet().isFlushDue() && head();
  }

  private boolean head() {
    return switch (parser.parse(in.bytes(), request())) {
      case ParseResult.NeedMore _ -> {
        slow().headWaits();
        yield false;
      }
      case ParseResult.Rejected(var rejection) -> {
        reject(rejection);
        yield false;
      }
      case ParseResult.Done _ -> {
        begin();
        yield true;
      }
    };
  }

  private void tooSlow(Slowness what) {
    boolean heldBack = exchange != null && !reading && !bodyWhole;
    if (closing ? what != Slowness.WRITE : what == Slowness.READ && heldBack) {
      return; // It is not the caller who is waited for.
    }
    owner.tooSlow(what);
    switch (what) {
      case HEAD -> reject(SLOW);
      case BODY -> {
        if (exchange != null) {
          exchange.fail(new Failure.BodyTimedOut());
        }
      }
      case READ -> close();
      case WRITE -> breakOff();
    }
  }

  private void begin() {
    requests++;
    var request = request();
    body.begin(Framing.ofRequest(request));
    bodyWhole = body.isEnded();
    reading = false;
    slow().requestBegins(!bodyWhole);
    lastOfCaller = !request.keepsAlive();
    closeAfter = lastOfCaller;
    expectation.begin(request, bodyWhole);
    var next = new Exchange(this, request, filters, bodyWhole, settings.limits, turn());
    exchange = next;
    service.begin(next);
  }

  private boolean body(Exchange receiving) {
    if (body.takes(in.bytes().readableBytes())) {
      data(receiving, in.take());
      return true;
    }
    switch (body.read(in.bytes())) {
      case BodyPart.NeedMore _ -> {
        slow().bodyWaits();
        return false;
      }
      case BodyPart.Data(var data) -> data(receiving, data);
      case BodyPart.End(var trailers) -> {
        bodyWhole = true;
        receiving.requestEnd(trailers);
      }
      case BodyPart.Broken(var rejection) ->
          receiving.fail(new Failure.BadBody(rejection.reason()));
    }
    return true;
  }

  private void data(Exchange receiving, ByteBuf data) {
    expectation.bodyBegan();
    if (webSocket == null) {
      receiving.requestData(data);
    } else {
      webSocket.fromCaller(data);
    }
  }

  /** One answer, then nothing more from this caller ({@code spec/http.md} §6.2). */
  private void reject(Rejection rejection) {
    outlet().head(rejection.answer(), new Framing.Length(0));
    closing = true;
  }

  private void answered() {
    exchange = null;
    webSocket = null;
    dropHead();
    slow().bodyRests();
    idleNanos = turn().nanoTime();
    report();
    if (closeAfter || !bodyWhole || owner.phase() == Phase.CLOSING || isTooOld()) {
      closing = true;
    }
    outlet().flushSoon();
  }

  /** The next request of a pipelining caller, or the end. */
  private void afterFlush() {
    slow().flushed();
    if (closing) {
      linger();
    } else if (exchange == null) {
      process();
    }
  }

  /**
   * Closing at once could reset the connection, and the answer might be lost with it: unless the
   * caller is known to send no more, what still comes is read for a while (RFC 9112 §9.6).
   */
  private void linger() {
    boolean heardAll = lastOfCaller && bodyWhole && in.isEmpty();
    in.clear();
    outlet().whenSent(heardAll ? this::close : this::stopSending);
    readOn();
  }

  private void stopSending() {
    if (!opened) {
      return;
    }
    var channel = context().channel();
    if (channel instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    }
    schedule(LINGER, this::close);
  }

  /** Reads when somebody wants it, and also to see the caller leave. */
  private void readOn() {
    boolean wanted = exchange == null || reading || bodyWhole;
    if (opened && (closing || (wanted && in.isEmpty()))) {
      context().read();
    }
  }

  private boolean isIdle() {
    return exchange == null && in.isEmpty() && !parser.isMidway() && !closing;
  }

  private boolean isLeaving() {
    return owner.phase() != Phase.SERVING;
  }

  private boolean isTooOld() {
    return settings.lifeTime != null && age(openedNanos) >= settings.lifeTime.toNanos();
  }

  private long age(long since) {
    return turn().nanoTime() - since;
  }

  private void schedule(@Nullable Duration delay, Runnable check) {
    if (delay != null && opened) {
      timers.removeIf(Future::isDone);
      timers.add(context().executor().schedule(check, delay.toNanos(), TimeUnit.NANOSECONDS));
    }
  }

  private void checkIdle() {
    if (!opened || settings.idleTime == null) {
      return;
    }
    // Half a head is no request in progress: it must not keep a connection for ever.
    long idleTime = settings.idleTime.toNanos();
    long left = exchange == null ? idleTime - age(idleNanos) : idleTime;
    if (left <= 0) {
      owner.idleClose();
      close();
    } else {
      schedule(Duration.ofNanos(left), this::checkIdle);
    }
  }

  private void checkAge() {
    if (opened) {
      owner.lifetimeClose();
      closeIfIdle();
    }
  }

  private void report() {
    long received = in.received();
    long sent = outlet().sent();
    owner.bytes(received - reportedIn, sent - reportedOut);
    reportedIn = received;
    reportedOut = sent;
  }

  private ChannelHandlerContext context() {
    if (ctx == null) {
      throw new IllegalStateException("connection: not open (expected: open)");
    }
    return ctx;
  }

  private Head request() {
    if (head == null) {
      head = SpareHeads.take();
    }
    return head;
  }

  private void dropHead() {
    if (head != null) {
      SpareHeads.give(head);
      head = null;
    }
  }

  private Turn turn() {
    if (turn == null) {
      throw new IllegalStateException("connection: not open (expected: open)");
    }
    return turn;
  }

  private SlowCaller slow() {
    if (slow == null) {
      throw new IllegalStateException("connection: not open (expected: open)");
    }
    return slow;
  }

  private Outlet outlet() {
    if (out == null) {
      throw new IllegalStateException("connection: not open (expected: open)");
    }
    return out;
  }
}

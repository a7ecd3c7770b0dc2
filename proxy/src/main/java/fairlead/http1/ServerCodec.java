package fairlead.http1;

import fairlead.exchange.CallerStream;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Filter;
import fairlead.exchange.Service;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.wire.Addresses;
import fairlead.wire.CallerConnection;
import fairlead.wire.Connection;
import fairlead.wire.Expiry;
import fairlead.wire.ServerOwner;
import fairlead.wire.ServerOwner.Phase;
import fairlead.wire.SlowCaller;
import fairlead.wire.Slowness;
import fairlead.wire.StagedClose;
import fairlead.wire.WebSocketTunnel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannelConfig;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a caller: requests one after another, answered in order ({@code spec/http.md}
 * §7). What the parser rejects is answered once and never reaches routing. Event loop only.
 */
public final class ServerCodec extends Connection implements CallerStream, CallerConnection {
  private static final Rejection TOO_LONG = new Rejection(413, "the body is too long");
  private static final Rejection SLOW = new Rejection(408, "the head takes too long");

  /** How long a new connection may be without a request when its listener ends. */
  private static final long FIRST_REQUEST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ServerSettings settings;
  private final Service service;
  private final ServerOwner owner;
  private final @Nullable Addresses told;
  private final @Nullable String certificate;
  private final RequestHead head;
  private final Expectation expectation = new Expectation(this::sayContinue);
  private final RequestBody body;

  /** Those that a request passed: the memory of one exchange after another. */
  private final Filter[] filters = new Filter[Exchange.FILTERS];

  private @Nullable SlowCaller slow;
  private @Nullable Expiry expiry;
  private @Nullable Outlet outlet;
  private @Nullable Answering answering;
  private @Nullable Exchange exchange;
  private @Nullable WebSocketTunnel webSocket;

  /** Of {@link #linger}. */
  private @Nullable Future<?> closeTimer;

  private boolean processing;
  private boolean tunnelled;

  /** Nothing more comes from the caller. */
  private boolean inputEnded;

  /** The caller said that it sends no other request. */
  private boolean lastOfCaller;

  /** Nothing more is taken from the caller. */
  private boolean closing;

  /** Its end must not look orderly: nothing but the close itself may say that no more comes. */
  private boolean reset;

  public ServerCodec(ServerSettings settings, Service service, ServerOwner owner) {
    this(settings, service, owner, null);
  }

  /**
   * The same, of a connection that another proxy made.
   *
   * @param told by that proxy; null for the connection's own addresses
   */
  public ServerCodec(
      ServerSettings settings, Service service, ServerOwner owner, @Nullable Addresses told) {
    this(settings, service, owner, told, null);
  }

  /**
   * The same, of a caller that showed a certificate.
   *
   * @param certificate as {@link CallerStream#certificate} tells it; null when it showed none
   */
  public ServerCodec(
      ServerSettings settings,
      Service service,
      ServerOwner owner,
      @Nullable Addresses told,
      @Nullable String certificate) {
    super(owner);
    this.told = told;
    this.certificate = certificate;
    this.settings = settings;
    this.service = service;
    this.owner = owner;
    this.head = new RequestHead(settings.heads());
    this.body = new RequestBody(settings.heads(), settings.limits().body(), expectation);
  }

  @Override
  public void execute(Runnable task) {
    context().executor().execute(task);
  }

  /** Closes the connection if nothing is in progress, once the last answer is with the caller. */
  private void closeIfIdle() {
    if (isIdle()) {
      closing = true;
      outbox().whenSent(this::close);
    }
  }

  /** Whoever has just come has a request on the way, most likely, and is answered. */
  @Override
  public void finish() {
    if (requests() == 0 && isIdle()) {
      long age = turn().nanoTime() - openedNanos();
      long left = FIRST_REQUEST_NANOS - age;
      var _ = context().executor().schedule(this::closeIfIdle, left, TimeUnit.NANOSECONDS);
      return;
    }
    closeIfIdle();
    if (webSocket != null) {
      webSocket.leave();
    }
  }

  /** The connection was waiting to be accepted when the listener ended. */
  @Override
  public void turnAway() {
    finish();
  }

  private boolean isIdle() {
    return exchange == null && in.isEmpty() && !head.isMidway() && !closing;
  }

  // The connection begins.

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    attach(context, this::afterFlush);
    var loop = context.executor();
    outlet = new Outlet(outbox());
    slow = new SlowCaller(settings.patience(), loop, outbox(), this::tooSlow);
    expiry = new Expiry(settings.idleTime(), settings.lifeTime(), loop, this::expired);
    answering = new Answering(context, outlet(), settings.compression());
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
    expiry().opened();
    slow().opened();
    owner.joined(this); // who may close it at once
    context.read();
  }

  // Requests come in.

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    slow().received(bytes.readableBytes());
    in.add(context, bytes);
    process();
  }

  @Override
  protected void readComplete() {
    if (tunnelled) {
      report(); // its end may be days away
    }
    readOn();
  }

  /** Reads when somebody wants it, and also to see the caller leave. */
  private void readOn() {
    boolean wanted = exchange == null || !body.isHeldBack();
    if (isOpen() && !inputEnded && (closing || (wanted && in.isEmpty()))) {
      context().read();
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
      return body.isDue() && body(exchange);
    }
    return !in.isEmpty() && !outbox().isFlushDue() && head();
  }

  private boolean head() {
    return switch (head.parse(in.bytes())) {
      case ParseResult.NeedMore _ -> {
        slow().headWaits();
        yield false;
      }
      case ParseResult.Rejected(var rejection) -> {
        reject(rejection);
        yield false;
      }
      case ParseResult.Done _ when body.isTooLong(head.get()) -> {
        reject(TOO_LONG);
        yield false;
      }
      case ParseResult.Done _ -> {
        begin();
        yield true;
      }
    };
  }

  private void begin() {
    countRequest();
    var request = head.get();
    body.begin(request);
    slow().requestBegins(!body.isWhole());
    expiry().requestBegins();
    lastOfCaller = !request.keepsAlive();
    answering().begin(lastOfCaller);
    if (lastOfCaller) {
      allowHalfClosure();
    }
    expectation.begin(request, body.isWhole());
    var next = new Exchange(this, request, filters, body.isWhole(), settings.limits(), turn());
    exchange = next;
    service.begin(next);
  }

  /** Passes a part of the body on; whether there was one. */
  private boolean body(Exchange receiving) {
    boolean passed = body.pass(in, receiving, webSocket);
    if (!passed) {
      slow().bodyWaits();
      if (inputEnded) {
        close();
      }
    }
    return passed;
  }

  /** One answer, then nothing more from this caller ({@code spec/http.md} §6.2). */
  private void reject(Rejection rejection) {
    outlet().head(rejection.answer(), new Framing.Length(0));
    closing = true;
  }

  // What the exchange asks.

  @Override
  public SocketAddress peer() {
    return told == null ? context().channel().remoteAddress() : told.peer();
  }

  @Override
  public SocketAddress local() {
    return told == null ? context().channel().localAddress() : told.local();
  }

  @Override
  public @Nullable String certificate() {
    return certificate;
  }

  @Override
  public void reading(boolean on) {
    body.want(on);
    if (on) {
      expectation.wait(context().executor());
      process();
    } else {
      slow().bodyRests();
      expectation.stop();
    }
  }

  @Override
  public void interim(Head response) {
    if (head.get().minorVersion() == 1 && expectation.passes(response.status())) {
      answering().interim(response);
    }
  }

  private void sayContinue() {
    answering().interim(Head.response(100, "Continue"));
  }

  @Override
  public void head(Head response, boolean end) {
    expectation.stop();
    boolean leaving = owner.phase() != Phase.SERVING;
    boolean last = leaving || !body.isWhole() || expiry().isTooOld();
    try {
      answering().head(head.get(), response, end, last);
    } catch (OutOfMemoryError none) {
      breakOff(); // else the caller waits for ever
      throw none;
    }
    if (end) {
      answered();
    }
  }

  /** What the caller sent too early is in the inlet, and the first to go through the tunnel. */
  @Override
  public void tunnel(Head response, @Nullable String protocol) {
    answering().tunnel(response, protocol);
    body.beginTunnel();
    tunnelled = true;
    if ("websocket".equalsIgnoreCase(protocol) && exchange != null) {
      var joined = exchange;
      webSocket = new WebSocketTunnel(joined::requestData, outlet()::data, joined::closeTunnel);
      if (owner.phase() == Phase.CLOSING) {
        webSocket.leave();
      }
    }
  }

  @Override
  public void data(ByteBuf data) {
    if (webSocket != null) {
      webSocket.fromBackend(data);
    } else {
      answering().data(data);
    }
  }

  @Override
  public void end(@Nullable Fields trailers) {
    answering().end(trailers);
    answered();
  }

  @Override
  public void reset(ErrorCode why) {
    exchange = null;
    closing = true;
    reset = true;
    answering().drop();
    if (outlet().endsWithConnection()) {
      breakOff();
    } else {
      close();
    }
  }

  @Override
  public boolean writable() {
    return outbox().writable();
  }

  // Answers go out.

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    writable(context.channel().isWritable());
    if (exchange != null && context.channel().isWritable()) {
      exchange.callerWritable();
    }
  }

  private void answered() {
    exchange = null;
    webSocket = null;
    head.drop();
    slow().bodyRests();
    expiry().answered();
    report();
    boolean last = owner.phase() == Phase.CLOSING || expiry().isTooOld();
    if (last || answering().closesAfter() || !body.isWhole()) {
      closing = true;
    }
    outbox().flushSoon();
  }

  /** The next request of a pipelining caller, or the end. */
  private void afterFlush() {
    slow().flushed();
    if (reset) {
      return;
    }
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
    boolean heardAll = lastOfCaller && body.isWhole() && in.isEmpty();
    in.clear();
    outbox().whenSent(heardAll ? this::close : this::stopSending);
    readOn();
  }

  private void stopSending() {
    if (closeTimer == null) {
      closeTimer = StagedClose.stopSending(context());
    }
  }

  /**
   * A caller that says that this is its last request may have sent its FIN with it, and wait for
   * the answer; any other that sends one has left ({@code spec/http.md} §7.11). Inside TLS nobody
   * ends one side alone.
   */
  private void allowHalfClosure() {
    var channel = context().channel();
    if (channel.config() instanceof DuplexChannelConfig config
        && context().pipeline().get(SslHandler.class) == null) {
      config.setAllowHalfClosure(true);
    }
  }

  // The connection ends.

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      heardLast();
    }
    context.fireUserEventTriggered(event);
  }

  /** Nothing more comes from the caller, who may yet listen. */
  private void heardLast() {
    inputEnded = true;
    if (exchange == null) {
      closing = true;
      outbox().whenSent(this::close);
    } else if (tunnelled) {
      close();
    } else {
      process(); // whether the body is whole shows when all of it that came has been passed on
    }
  }

  private void tooSlow(Slowness what) {
    boolean heldBack = exchange != null && body.isHeldBack();
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

  private void expired(Expiry.Reason reason) {
    switch (reason) {
      case UNUSED -> {
        owner.idleClose();
        close();
      }
      case OLD -> {
        owner.lifetimeClose();
        closeIfIdle();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    passTheLast();
    closing = true;
    expectation.stop();
    var left = exchange;
    exchange = null;
    if (left != null) {
      boolean orderly = tunnelled && cause() == null;
      left.callerGone(orderly ? ErrorCode.NO_ERROR : ErrorCode.CANCEL);
    }
    head.drop();
    answering().drop();
    if (closed()) {
      slow().closed();
      expiry().closed();
      if (closeTimer != null) {
        closeTimer.cancel(false);
      }
      owner.left(this);
    }
  }

  /** What came of a tunnel before its end goes on, whoever had to wait (RFC 9110 §9.3.6). */
  private void passTheLast() {
    while (tunnelled && exchange != null && !in.isEmpty() && body(exchange)) {
      // As long as there is more to be had.
    }
  }

  private SlowCaller slow() {
    return made(slow);
  }

  private Expiry expiry() {
    return made(expiry);
  }

  private Outlet outlet() {
    return made(outlet);
  }

  private Answering answering() {
    return made(answering);
  }
}

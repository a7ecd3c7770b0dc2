package fairlead.http1;

import fairlead.exchange.BackendStream;
import fairlead.exchange.ConnectionEvents;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.http.Cookies;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.http.HopByHop;
import fairlead.wire.Connection;
import fairlead.wire.HeadLimits;
import fairlead.wire.ReadTimeout;
import fairlead.wire.StagedClose;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a backend: one exchange at a time ({@code spec/http.md} §7, §8). It is used
 * again only when request and response were whole and not a byte followed. Event loop only.
 */
public final class ClientCodec extends Connection implements BackendStream {
  private static final String[] IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"};

  private final String endpoint;
  private final Owner owner;
  private final HeadParser parser;
  private final BodyReader body;
  private final Head response = new Head();
  private final @Nullable Duration readLimit;

  /** Made with the first exchange; null where the backend may be silent for ever. */
  private @Nullable ReadTimeout readTimeout;

  /** When the backend said something last, or was given something; where that is limited. */
  private long heardNanos;

  private @Nullable Outlet outlet;
  private @Nullable Exchange exchange;
  private long idleNanos;
  private boolean reading;
  private boolean requestWhole;
  private boolean repeatable;
  private boolean toHead;
  private boolean toConnect;
  private @Nullable String asked;
  private boolean tunnelled;
  private boolean answering;
  private boolean headDone;
  private boolean keepsAlive;

  /** Whose connection it is. Event loop only. */
  public interface Owner {
    /** The exchange is over and the connection may be used again. */
    void free(ClientCodec connection);

    /** The connection is closed; told once for each that was up. */
    void gone(ClientCodec connection);
  }

  public ClientCodec(
      InetSocketAddress endpoint, HeadLimits limits, Owner owner, ConnectionEvents events) {
    this(endpoint, limits, owner, events, null);
  }

  /**
   * Not connected yet.
   *
   * @param readLimit who is asked must not say nothing for so long; null for ever
   */
  public ClientCodec(
      InetSocketAddress endpoint,
      HeadLimits limits,
      Owner owner,
      ConnectionEvents events,
      @Nullable Duration readLimit) {
    super(events);
    this.readLimit = readLimit;
    this.endpoint = NetUtil.toSocketAddressString(endpoint);
    this.owner = owner;
    this.parser = HeadParser.ofResponses(limits);
    this.body = new BodyReader(limits);
  }

  /** When it was free last, by the loop's ticker. */
  public long idleNanos() {
    return idleNanos;
  }

  public void idleSince(long nanos) {
    idleNanos = nanos;
  }

  @Override
  public void begin(Exchange next, Head head, boolean end) {
    exchange = next;
    countRequest();
    requestWhole = end;
    toHead = head.methodIs("HEAD");
    toConnect = head.methodIs("CONNECT");
    asked = next.upgrade();
    if (asked != null) {
      head.set(HeaderNames.CONNECTION, "upgrade");
      head.set(HeaderNames.UPGRADE, asked);
    }
    if (head.isHttp2()) {
      Cookies.join(head);
      head.remove(HeaderNames.TE);
    }
    repeatable = isIdempotent(head);
    answering = false;
    headDone = false;
    outlet().head(head, Framing.toBackend(head));
    watch();
    reading(true);
  }

  private void watch() {
    if (readLimit != null) {
      if (readTimeout == null) {
        readTimeout = new ReadTimeout(readLimit, context().executor(), this::giveUpSilent);
      }
      heard();
      readTimeout.watch();
    }
  }

  private void heard() {
    if (readLimit != null) {
      heardNanos = turn().nanoTime();
    }
  }

  /** Not while we do not read: whoever is held back cannot say anything. */
  private long giveUpSilent(long now) {
    if (exchange == null || readLimit == null) {
      return 0;
    }
    if (!reading) {
      return readLimit.toNanos();
    }
    long left = readLimit.toNanos() - (now - heardNanos);
    if (left > 0) {
      return left;
    }
    events().readTimedOut();
    fail(new Failure.ReadTimedOut(endpoint, readLimit), false);
    return 0;
  }

  @Override
  public void data(ByteBuf data) {
    heard();
    outlet().data(data);
  }

  @Override
  public void end(@Nullable Fields trailers) {
    requestWhole = true;
    heard();
    outlet().end(trailers);
    if (tunnelled) {
      leave();
    }
  }

  /** What was written still goes out; what comes is read and dropped. */
  private void leave() {
    exchange = null;
    StagedClose.begin(context(), outbox());
    if (isOpen()) {
      context().read();
    }
  }

  @Override
  public void reset(ErrorCode why) {
    exchange = null;
    if (tunnelled) {
      breakOff(); // the end of a tunnel would look as if all had been said (RFC 9113 §8.5)
    } else {
      close();
    }
  }

  @Override
  public boolean writable() {
    return outbox().writable();
  }

  @Override
  public void reading(boolean on) {
    if (on && !reading) {
      heard();
    }
    reading = on;
    if (on) {
      context().read();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    attach(context, () -> {});
    outlet = new Outlet(outbox());
    if (context.channel().isActive()) {
      open(context); // behind a handshake
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    open(context);
  }

  private void open(ChannelHandlerContext context) {
    if (!isOpen()) {
      opened();
      context.read();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    heard();
    in.add(context, (ByteBuf) message);
    if (exchange == null) {
      in.clear();
      if (!tunnelled) {
        var _ = context.close();
      }
      return;
    }
    if (!answering && outlet().isHeadUnsent()) {
      // An answer before the question left: the last exchange's backend said too much.
      fail(new Failure.BackendClosed(endpoint), true);
      return;
    }
    answering = true;
    process();
  }

  @Override
  protected void readComplete() {
    if (tunnelled) {
      report(); // its end may be days away
    }
    if (exchange == null || reading) {
      context().read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    writable(context.channel().isWritable());
    if (exchange != null && context.channel().isWritable()) {
      exchange.backendWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (readTimeout != null) {
      readTimeout.stop();
    }
    try {
      if (exchange != null) {
        lost(exchange);
      }
    } finally { // also when there is no memory to tell the caller
      if (closed()) {
        owner.gone(this);
      }
    }
  }

  private void process() {
    while (exchange != null && (headDone ? body() : head())) {
      // As long as there is more to be had.
    }
    in.trim(context());
  }

  /** Reads a head; whether to go on. */
  private boolean head() {
    if (exchange == null) {
      return false;
    }
    return switch (parser.parse(in.bytes(), response)) {
      case ParseResult.NeedMore _ -> false;
      case ParseResult.Rejected(var rejection) -> {
        fail(new Failure.BadResponse(endpoint, rejection.reason()), false);
        yield false;
      }
      case ParseResult.Done _ -> take(exchange);
    };
  }

  private boolean take(Exchange asking) {
    if (Framing.isInterim(response)) {
      HopByHop.strip(response);
      asking.interim(response);
      return true;
    }
    if (Framing.isSwitch(asked, response) || (toConnect && Framing.isConnected(response))) {
      open(asking);
      return true;
    }
    if (response.status() == 101) {
      fail(new Failure.BadResponse(endpoint, "it switches protocols, unasked"), false);
      return false;
    }
    var framing = Framing.ofResponse(response, toHead);
    headDone = true;
    keepsAlive =
        response.keepsAlive()
            && asked == null // who was asked and answers otherwise may yet have changed
            && !toConnect
            && !(framing instanceof Framing.UntilClose)
            && !Framing.announcesTooMuch(response);
    body.begin(framing);
    if (!body.isEnded()) {
      asking.responseHead(response, false);
      return true;
    }
    exchange = null;
    asking.responseHead(response, true);
    release();
    return false;
  }

  /** The connection is this exchange's to its end, whatever passes. */
  private void open(Exchange asking) {
    headDone = true;
    tunnelled = true;
    requestWhole = false;
    keepsAlive = false;
    body.begin(Framing.TUNNEL);
    asking.tunnel(response);
  }

  /** Reads a part of the body; whether to go on. */
  private boolean body() {
    if (exchange == null) {
      return false;
    }
    if (body.takes(in.bytes().readableBytes())) {
      exchange.responseData(in.take());
      return true;
    }
    return switch (body.read(in.bytes())) {
      case BodyPart.NeedMore _ -> false;
      case BodyPart.Data(var data) -> {
        exchange.responseData(data);
        yield true;
      }
      case BodyPart.End(var trailers) -> complete(trailers);
      case BodyPart.Broken(var rejection) -> {
        fail(new Failure.BadResponse(endpoint, rejection.reason()), false);
        yield false;
      }
    };
  }

  private boolean complete(@Nullable Fields trailers) {
    var done = exchange;
    exchange = null;
    if (done != null) {
      done.responseEnd(trailers);
      release();
    }
    return false;
  }

  /** To the pool, when nothing is left of this exchange on the wire. */
  private void release() {
    report();
    if (requestWhole && keepsAlive && in.isEmpty() && isOpen()) {
      owner.free(this);
    } else {
      close();
    }
  }

  private void fail(Failure failure, boolean unprocessed) {
    var failed = exchange;
    exchange = null;
    in.clear();
    close();
    if (failed != null) {
      failed.backendFailed(failure, unprocessed);
    }
  }

  private void lost(Exchange waiting) {
    if (headDone
        && (tunnelled ? cause() == null : !isCutOff())
        && body.closed() instanceof BodyPart.End(var trailers)) {
      exchange = null;
      waiting.responseEnd(trailers);
      return;
    }
    boolean unsent = outlet().isHeadUnsent();
    boolean unused = requests() == 1 && !answering;
    var cause = cause();
    var failure =
        cause == null
            ? new Failure.BackendClosed(endpoint, unused)
            : new Failure.BackendBroken(endpoint, cause, unused);
    fail(failure, (unsent || repeatable) && !answering);
  }

  private static boolean isIdempotent(Head head) {
    for (String method : IDEMPOTENT) {
      if (head.methodIs(method)) {
        return true;
      }
    }
    return false;
  }

  private Outlet outlet() {
    return made(outlet);
  }
}

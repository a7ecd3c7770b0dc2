package fairlead.http2;

import fairlead.exchange.CallerStream;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.wire.SpareHeads;
import fairlead.wire.WebSocketTunnel;
import io.netty.buffer.ByteBuf;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** One request of a caller and its answer. Event loop only. */
final class ServerStream extends Stream implements CallerStream {
  private static final int NO_CONTENT = 204;

  private final ServerConnection server;
  private final Head request;
  private final long bodyDue;
  private final boolean asksForTunnel;
  private long taken;
  private @Nullable Exchange exchange;
  private @Nullable WebSocketTunnel webSocket;
  private boolean tunnelled;

  /** When bytes of the body came last, or began to be waited for, by the loop's ticker. */
  private long bodyNanos;

  ServerStream(ServerConnection connection, Head request) {
    super(connection);
    this.server = connection;
    this.request = request;
    this.bodyDue = request.contentLength();
    this.asksForTunnel = request.wantsUpgrade() || request.methodIs("CONNECT");
  }

  void begin(Exchange next) {
    exchange = next;
  }

  /** Whether bytes of a body with a known length are waited for since {@code nanos} or longer. */
  boolean isBodyLate(long nanos) {
    return hasBodyDue() && isReading() && bodyNanos - nanos <= 0;
  }

  /** Whether a body with a known length is still to come. */
  boolean hasBodyDue() {
    return bodyDue > 0 && !hasRemoteEnded();
  }

  /** The caller lets us wait for its body for too long. */
  void bodyTimedOut() {
    if (exchange != null) {
      exchange.fail(new Failure.BodyTimedOut());
    }
  }

  /** Asks a WebSocket to end. */
  void finish() {
    if (webSocket != null) {
      webSocket.leave();
    }
  }

  // What the exchange asks.

  @Override
  public void interim(Head response) {
    if (!isClosed() && !hasLocalEnded()) {
      write(response, response.status(), false);
    }
  }

  @Override
  public void head(Head response, boolean end) {
    if (isClosed()) {
      return;
    }
    server.answering();
    write(response, response.status(), end);
    if (end) {
      dropHeld();
      endedLocally();
    }
  }

  @Override
  public void tunnel(Head response, @Nullable String protocol) {
    if (isClosed()) {
      return;
    }
    tunnelled = true;
    WebSocketHead.toHttp2(response);
    write(response, 200, false);
    if (WebSocketHead.PROTOCOL.equalsIgnoreCase(protocol) && exchange != null) {
      var joined = exchange;
      webSocket = new WebSocketTunnel(joined::requestData, this::send, joined::closeTunnel);
      server.tunnelled(webSocket);
    }
  }

  private void write(Head response, int status, boolean end) {
    if (status < 200 || status == NO_CONTENT) {
      response.receivedContentLength(-1); // RFC 9110 §8.6
    }
    var to = connection.beginHead(response);
    HeadBlocks.response(response, status, to);
    connection.endHead(to, id(), end);
  }

  @Override
  public void data(ByteBuf data) {
    if (webSocket != null) {
      webSocket.fromBackend(data);
    } else {
      send(data);
    }
  }

  @Override
  public void end(@Nullable Fields trailers) {
    dropHeld();
    sendEnd(trailers);
  }

  /** A fault of the connection that a tunnel led to has a code of its own (RFC 9113 §8.5). */
  @Override
  public void reset(ErrorCode why) {
    giveUp(tunnelled && why == ErrorCode.INTERNAL_ERROR ? ErrorCode.CONNECT_ERROR : why);
  }

  @Override
  public @Nullable ErrorCode resetFor(Failure failure) {
    return server.resets() ? Resets.of(failure) : null;
  }

  @Override
  public boolean writable() {
    return hasRoom();
  }

  @Override
  public void reading(boolean on) {
    if (on && !isReading()) {
      bodyNanos = connection.turn().nanoTime();
    }
    read(on);
  }

  @Override
  public Object connection() {
    return server;
  }

  @Override
  public long receivedBytes() {
    return taken;
  }

  @Override
  public long receivedNanos() {
    return remoteEndNanos();
  }

  @Override
  public SocketAddress peer() {
    return server.peer();
  }

  @Override
  public @Nullable String certificate() {
    return server.certificate();
  }

  @Override
  public SocketAddress local() {
    return server.local();
  }

  // What the connection tells.

  @Override
  void take(ByteBuf part) {
    bodyNanos = connection.turn().nanoTime();
    if (webSocket != null) {
      webSocket.fromCaller(part);
    } else if (exchange == null) {
      part.release();
    } else {
      taken += part.readableBytes();
      pass(exchange, part);
    }
  }

  private void pass(Exchange to, ByteBuf part) {
    if (taken > server.mostBody() && !tunnelled) {
      part.release();
      to.fail(new Failure.BodyTooLong(server.mostBody()));
    } else {
      to.requestData(part);
    }
  }

  @Override
  void takeEnd(@Nullable Fields fields) {
    if (exchange == null) {
      return;
    }
    if (tunnelled) {
      exchange.callerGone(ErrorCode.NO_ERROR);
      sendEnd(null);
    } else {
      exchange.requestEnd(fields);
    }
  }

  @Override
  void lost(ErrorCode code) {
    if (exchange != null) {
      exchange.callerGone(code);
    }
  }

  @Override
  void spoilt(ErrorCode code, String why) {
    lost(code);
  }

  @Override
  boolean isTunnel() {
    return asksForTunnel;
  }

  @Override
  boolean isOfUseAlone() {
    return false; // nobody is there to be answered
  }

  @Override
  void nowWritable() {
    if (exchange != null) {
      exchange.callerWritable();
    }
  }

  /** What is still to come of the request is of no use (RFC 9113 §8.1). */
  @Override
  void sentAll() {
    if (!hasRemoteEnded()) {
      giveUp(ErrorCode.NO_ERROR);
    }
  }

  @Override
  void over() {
    exchange = null;
    SpareHeads.give(request);
  }
}

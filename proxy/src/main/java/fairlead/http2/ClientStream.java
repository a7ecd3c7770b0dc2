package fairlead.http2;

import fairlead.exchange.BackendStream;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.wire.SpareHeads;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One request to a backend and its answer. Event loop only. */
final class ClientStream extends Stream implements BackendStream {
  private final ClientConnection client;
  private @Nullable Exchange exchange;
  private @Nullable Head response;

  /** The key of the WebSocket that is asked for, or null when none is. */
  private @Nullable String key;

  private ErrorCode resetCode = ErrorCode.CANCEL;
  private boolean toHead;
  private boolean toConnect;
  private boolean tunnelled;

  /** When the backend said something of it last, or was given something. */
  private long heardNanos;

  /** How often the connection had been flushed when the head was written. */
  private long headFlushes;

  ClientStream(ClientConnection connection) {
    super(connection);
    this.client = connection;
  }

  // What the exchange asks.

  @Override
  public void begin(Exchange next, Head head, boolean end) {
    exchange = next;
    toHead = head.methodIs("HEAD");
    toConnect = head.methodIs("CONNECT");
    var asked = next.upgrade();
    if (asked != null && !isWebSocket(asked)) {
      fail(new Failure.BadResponse(client.endpoint(), "HTTP/2 has no way to change to " + asked));
      return;
    }
    if (!client.register(this)) {
      fail(new Failure.BackendClosed(client.endpoint()), true);
      return;
    }
    heard();
    headFlushes = client.outbox().flushes();
    read(true);
    if (asked != null) {
      key = WebSocketHead.takeKey(head);
    }
    boolean last = end && asked == null && !toConnect;
    var to = connection.beginHead(head);
    if (asked != null) {
      HeadBlocks.extendedConnect(head, asked, client.isSecured(), to);
    } else {
      HeadBlocks.request(head, client.isSecured(), to);
    }
    connection.endHead(to, id(), last);
    if (last) {
      endedLocally();
    }
  }

  private boolean isWebSocket(String asked) {
    return connection.peerConnects() && asked.equalsIgnoreCase(WebSocketHead.PROTOCOL);
  }

  private void heard() {
    heardNanos = connection.turn().nanoTime();
  }

  /**
   * Gives it up when the backend has said nothing of it for {@code limit}, unless we hold back what
   * it says.
   *
   * @return nanoseconds that it has left; 0 when it is over
   */
  long giveUpSilent(long now, Duration limit) {
    var asking = exchange;
    if (asking == null) {
      return 0;
    }
    if (!isReading() || client.isSlow()) {
      heardNanos = now;
    }
    long left = limit.toNanos() - (now - heardNanos);
    if (left > 0) {
      return left;
    }
    reset(ErrorCode.CANCEL);
    connection.events().readTimedOut();
    asking.backendFailed(new Failure.ReadTimedOut(client.endpoint(), limit), false);
    return 0;
  }

  @Override
  public void data(ByteBuf data) {
    heard();
    send(data);
  }

  @Override
  public void end(@Nullable Fields trailers) {
    heard();
    sendEnd(trailers);
    if (tunnelled) {
      exchange = null; // nobody listens any more: what still comes is dropped
    }
  }

  @Override
  public void reset(ErrorCode why) {
    exchange = null;
    resetCode = why == ErrorCode.NO_ERROR ? ErrorCode.CANCEL : why;
    if (isClosed() || client.mayReset(this)) {
      resetNow();
    } else {
      forsake();
      client.resetLater(this);
    }
  }

  /** The backend is told, unless the stream is over already. */
  void resetNow() {
    giveUp(resetCode);
  }

  @Override
  public boolean writable() {
    return hasRoom();
  }

  @Override
  public void reading(boolean on) {
    if (on && !isReading()) {
      heard();
    }
    read(on);
  }

  // What the connection tells.

  /** The head of an answer, an interim one or the final one; taken over. */
  void head(Head head, boolean end) throws ConnectionError {
    heard();
    var asking = exchange;
    if (asking == null) {
      SpareHeads.give(head);
    } else if (response != null) {
      SpareHeads.give(head);
      connection.fault(this, ErrorCode.PROTOCOL_ERROR, "a second response");
    } else if (head.status() < 200) {
      interim(asking, head, end);
    } else {
      answer(asking, head, end);
    }
  }

  private void interim(Exchange asking, Head head, boolean end) throws ConnectionError {
    if (end) {
      SpareHeads.give(head);
      connection.fault(this, ErrorCode.PROTOCOL_ERROR, "an interim response is its last");
      return;
    }
    asking.interim(head);
    SpareHeads.give(head);
  }

  private void answer(Exchange asking, Head head, boolean end) throws ConnectionError {
    response = head;
    boolean bodyless = toHead || head.status() == 304;
    if (end && head.contentLength() > 0 && !bodyless) {
      connection.fault(this, ErrorCode.PROTOCOL_ERROR, "a content-length and no content");
      return;
    }
    boolean opens = head.status() / 100 == 2 && !end;
    if (opens && (key != null || toConnect)) {
      tunnelled = true;
      asking.tunnel(key == null ? head : WebSocketHead.switching(head, key));
      return;
    }
    expect(bodyless ? 0 : head.contentLength());
    if (!end) {
      asking.responseHead(head, false);
      return;
    }
    endedRemotely();
    exchange = null;
    asking.responseHead(head, true);
    finished();
  }

  boolean isAnswered() {
    return response != null;
  }

  @Override
  void take(ByteBuf part) {
    heard();
    if (exchange == null) {
      part.release();
    } else {
      exchange.responseData(part);
    }
  }

  @Override
  void takeEnd(@Nullable Fields fields) {
    var asking = exchange;
    exchange = null;
    if (asking != null) {
      asking.responseEnd(fields);
    }
    finished();
  }

  /** The backend said all: what is still to be sent to it is of no use. */
  private void finished() {
    if (!hasLocalEnded()) {
      giveUp(ErrorCode.CANCEL);
    } else {
      closeIfDone();
    }
  }

  @Override
  void lost(ErrorCode code) {
    fail(new Failure.StreamReset(client.endpoint(), code), code == ErrorCode.REFUSED_STREAM);
  }

  @Override
  void spoilt(ErrorCode code, String why) {
    fail(new Failure.BadResponse(client.endpoint(), why));
  }

  /** The connection is gone, or the backend said that it does not look at this stream. */
  void failed(Failure failure, boolean unprocessed) {
    if (outlives()) {
      return;
    }
    var asking = exchange;
    exchange = null;
    abandoned(ErrorCode.CANCEL);
    if (asking != null) {
      asking.backendFailed(failure, unprocessed);
    }
  }

  @Override
  boolean isTunnel() {
    return tunnelled;
  }

  /** An answer is (RFC 9113 §8.1: also when the backend then resets the stream). */
  @Override
  boolean isOfUseAlone() {
    return exchange != null;
  }

  /** Whether nothing of it has left this process. */
  boolean isUnsent() {
    return headFlushes == client.outbox().flushes();
  }

  @Override
  void nowWritable() {
    if (exchange != null) {
      exchange.backendWritable();
    }
  }

  @Override
  void sentAll() {}

  @Override
  void over() {
    if (response != null) {
      SpareHeads.give(response);
      response = null;
    }
  }

  private void fail(Failure failure) {
    fail(failure, false);
  }

  private void fail(Failure failure, boolean unprocessed) {
    var asking = exchange;
    exchange = null;
    if (asking != null) {
      asking.backendFailed(failure, unprocessed);
    }
  }
}

package fairlead.http1;

import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.http.Head;
import fairlead.wire.HeadLimits;
import fairlead.wire.Inlet;
import fairlead.wire.WebSocketTunnel;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The body of the request in progress, or what a caller sends through a tunnel, on its way from the
 * inlet to the exchange. Event loop only; one a connection.
 */
final class RequestBody {
  private final Expectation expectation;
  private final BodyReader reader;

  /** Longest that is taken, in bytes. */
  private final long most;

  private long taken;
  private boolean whole = true;
  private boolean wanted;

  /**
   * @param most longest that is taken, in bytes
   * @param expectation is told that it came
   */
  RequestBody(HeadLimits limits, long most, Expectation expectation) {
    this.most = most;
    this.expectation = expectation;
    this.reader = new BodyReader(limits);
  }

  /** That of {@code request}, perhaps none. Nobody wants it yet. */
  void begin(Head request) {
    reader.begin(Framing.ofRequest(request));
    whole = reader.isEnded();
    wanted = false;
    taken = 0;
  }

  /** Whether {@code request} announces more than is taken. */
  boolean isTooLong(Head request) {
    return request.contentLength() > most;
  }

  /** Whatever comes, until a side closes. */
  void beginTunnel() {
    reader.begin(Framing.TUNNEL);
    whole = false;
  }

  /** Whether nothing of it is to come. */
  boolean isWhole() {
    return whole;
  }

  /** Whether more of it is to come, and shall. */
  boolean isDue() {
    return wanted && !whole;
  }

  /** Whether more of it is to come, and must wait. */
  boolean isHeldBack() {
    return !wanted && !whole;
  }

  void want(boolean on) {
    wanted = on;
  }

  /**
   * Passes a part of what is in {@code in} on; false when there is none yet.
   *
   * @param webSocket through which it goes, or null
   */
  boolean pass(Inlet in, Exchange to, @Nullable WebSocketTunnel webSocket) {
    if (reader.takes(in.bytes().readableBytes())) {
      data(in.take(), to, webSocket);
      return true;
    }
    switch (reader.read(in.bytes())) {
      case BodyPart.NeedMore _ -> {
        return false;
      }
      case BodyPart.Data(var data) -> data(data, to, webSocket);
      case BodyPart.End(var trailers) -> {
        whole = true;
        to.requestEnd(trailers);
      }
      case BodyPart.Broken(var rejection) -> to.fail(new Failure.BadBody(rejection.reason()));
    }
    return true;
  }

  private void data(ByteBuf data, Exchange to, @Nullable WebSocketTunnel webSocket) {
    expectation.bodyBegan();
    taken += data.readableBytes();
    if (webSocket == null && taken > most && !to.isTunnel()) {
      data.release();
      to.fail(new Failure.BodyTooLong(most));
    } else if (webSocket == null) {
      to.requestData(data);
    } else {
      webSocket.fromCaller(data);
    }
  }
}

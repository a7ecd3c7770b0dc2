package fairlead.routing;

import fairlead.exchange.BackendStream;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Exchange;
import fairlead.http.Fields;
import fairlead.http.Head;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Stands for {@code /$/io.buoyant.http.status/CODE}: answers with an empty response, asks nobody
 * ({@code spec/routing.md} §5). Without state; any event loop.
 */
final class StatusStream implements BackendStream {
  private final int status;

  StatusStream(int status) {
    this.status = status;
  }

  /** A body that is still to come is left to the caller's stream, which knows how to end. */
  @Override
  public void begin(Exchange exchange, Head head, boolean end) {
    var answer = Head.response(status, "");
    answer.receivedContentLength(0);
    exchange.responseHead(answer, true);
  }

  @Override
  public void data(ByteBuf data) {
    data.release();
  }

  @Override
  public void end(@Nullable Fields trailers) {}

  @Override
  public void reset(ErrorCode why) {}

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public void reading(boolean on) {}
}

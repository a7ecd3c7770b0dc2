package fairlead.http1.fuzz;

import fairlead.exchange.BackendStream;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Exchange;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http1.ClientCodec;
import fairlead.http1.NotingPool;
import fairlead.wire.NotingOwner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A backend's connection with the real codec on it, and what went over it. */
final class Backend implements BackendStream {
  private final NotingPool owner = new NotingPool();
  private final ClientCodec codec;
  private final EmbeddedChannel channel;
  private final StringBuilder sent = new StringBuilder();
  private final @Nullable String answer;
  private boolean toHead;
  private boolean whole;
  private boolean reset;

  /**
   * @param answer the head of what is said, with the body {@code ok}, to a whole request; null for
   *     nothing
   */
  Backend(Bounds bounds, @Nullable String answer) {
    this.answer = answer;
    codec =
        new ClientCodec(
            InetSocketAddress.createUnresolved("backend", 80),
            bounds.forTheCodec(),
            owner,
            new NotingOwner());
    channel = new EmbeddedChannel(codec);
  }

  /** All that was sent to it. */
  String sent() {
    flush();
    return sent.toString();
  }

  /** Whether the request was ended. */
  boolean isWhole() {
    return whole;
  }

  /** Whether the request was given up. */
  boolean isReset() {
    return reset;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** How often it went back to the pool. */
  int freed() {
    return owner.freed;
  }

  void says(ByteBuf bytes) {
    flush();
    if (channel.isOpen()) {
      channel.writeInbound(bytes);
    } else {
      bytes.release();
    }
  }

  void closes() {
    channel.finishAndReleaseAll();
  }

  @Override
  public void begin(Exchange exchange, Head request, boolean last) {
    toHead = request.methodIs("HEAD");
    codec.begin(exchange, request, last);
    if (last) {
      ended();
    }
  }

  @Override
  public void data(ByteBuf data) {
    codec.data(data);
  }

  @Override
  public void end(@Nullable Fields trailers) {
    codec.end(trailers);
    ended();
  }

  private void ended() {
    whole = true;
    if (answer != null) {
      says(Bytes.buffer(toHead ? answer : answer + "ok"));
    }
  }

  @Override
  public void reset(ErrorCode why) {
    flush();
    reset = true;
    codec.reset(why);
  }

  @Override
  public boolean writable() {
    return codec.writable();
  }

  @Override
  public void reading(boolean on) {
    codec.reading(on);
  }

  private void flush() {
    channel.runPendingTasks();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      sent.append(Bytes.text(out));
    }
  }
}

package fairlead.server;

import fairlead.wire.Slowness;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the PROXY protocol header of a trusted peer, which must send one, and makes room for
 * who serves the connection (threat 49). Event loop only.
 */
final class ProxyHeaderHandler extends FirstBytes {
  private final Duration timeout;
  private final Consumer<ProxyHeader.@Nullable Told> next;
  private final GuardStats stats;

  /**
   * For one connection.
   *
   * @param timeout for the whole header
   * @param next adds who serves the connection to its pipeline, told what the header says
   */
  ProxyHeaderHandler(
      Duration timeout, Consumer<ProxyHeader.@Nullable Told> next, GuardStats stats) {
    this.timeout = timeout;
    this.next = next;
    this.stats = stats;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    super.handlerAdded(context);
    schedule(context, timeout, () -> tooSlow(context));
    if (context.channel().isActive()) {
      context.read();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.fireChannelActive();
    context.read();
  }

  @Override
  void look(ChannelHandlerContext context, ByteBuf all) {
    switch (ProxyHeader.read(all)) {
      case ProxyHeader.Result.NeedMore _ -> {}
      case ProxyHeader.Result.Bad(var reason) -> {
        end();
        stats.badProxyHeader();
        Refusal.badBeginning(
            context.channel(), "PROXY protocol is required here, but " + reason + "\n");
      }
      case ProxyHeader.Result.Done(var told) -> {
        next.accept(told);
        passOn(context);
      }
    }
  }

  private void tooSlow(ChannelHandlerContext context) {
    if (!isOver()) {
      end();
      stats.tooSlow(Slowness.HEAD);
      var _ = context.close();
    }
  }
}

package fairlead.server;

import fairlead.telemetry.LogLimit;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection could not be accepted, most likely for want of file descriptors: rests for a moment
 * and goes on, so that it neither spins nor ends (fault 25). Of one listening socket; its loop
 * only.
 */
final class AcceptFaults extends ChannelInboundHandlerAdapter {
  static final long REST_MILLIS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(AcceptFaults.class);

  private final Runnable counted;
  private final LogLimit logLimit = new LogLimit();

  /**
   * Of one listening socket.
   *
   * @param counted told of each
   */
  AcceptFaults(Runnable counted) {
    this.counted = counted;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    counted.run();
    tell(context, cause);
    var channel = context.channel();
    if (channel.config().isAutoRead()) {
      channel.config().setAutoRead(false);
      var _ =
          context
              .executor()
              .schedule(
                  () -> {
                    if (channel.isOpen()) {
                      channel.config().setAutoRead(true);
                    }
                  },
                  REST_MILLIS,
                  TimeUnit.MILLISECONDS);
    }
  }

  private void tell(ChannelHandlerContext context, Throwable cause) {
    if (logLimit.permits(context.executor().ticker().nanoTime())) {
      LOG.warn(
          "{}: cannot accept connections: {}; trying again every {} ms",
          context.channel().localAddress(),
          cause.getMessage(),
          REST_MILLIS);
    }
  }
}

package fairlead.server;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Event loops that close every connection before they end. Those of Netty leave them open when they
 * are told to end, without a quiet period, in the moment between their look whether to close
 * connections and their look whether to go on; with them stay the buffers and TLS engines.
 */
public final class EventLoops extends MultiThreadIoEventLoopGroup {
  /** New loops, each on a thread of its own. */
  public EventLoops(int threads, ThreadFactory threadFactory, IoHandlerFactory io) {
    super(threads, threadFactory, io);
  }

  /**
   * Ends these loops, or other threads of Netty's: what was to be done before is done first. Blocks
   * shortly; not on one of them.
   */
  public static void end(EventExecutorGroup threads) {
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  @Override
  protected IoEventLoop newChild(Executor executor, IoHandlerFactory io, Object... none) {
    return new Loop(this, executor, io);
  }

  private static final class Loop extends SingleThreadIoEventLoop {
    Loop(IoEventLoopGroup group, Executor executor, IoHandlerFactory io) {
      super(group, executor, io);
    }

    /** What closing leaves to be done is done after this: the loop still takes tasks. */
    @Override
    protected void run() {
      super.run();
      if (isShuttingDown()) {
        ioHandler().prepareToDestroy();
      }
    }
  }
}

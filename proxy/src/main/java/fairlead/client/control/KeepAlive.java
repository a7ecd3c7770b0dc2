package fairlead.client.control;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.net.SocketOption;
import jdk.net.ExtendedSocketOptions;

/**
 * TCP's own probes on idle connections: a peer that is gone without a word is found within 30 s,
 * however long a query may be held ({@code spec/faults.md} F9). Linux's default is two hours.
 */
final class KeepAlive {
  private static final int IDLE_SECONDS = 15;
  private static final int INTERVAL_SECONDS = 5;
  private static final int PROBES = 3;

  private KeepAlive() {}

  static void on(Bootstrap bootstrap, boolean epoll) {
    bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
    if (epoll) {
      bootstrap
          .option(EpollChannelOption.TCP_KEEPIDLE, IDLE_SECONDS)
          .option(EpollChannelOption.TCP_KEEPINTVL, INTERVAL_SECONDS)
          .option(EpollChannelOption.TCP_KEEPCNT, PROBES);
    } else {
      nio(bootstrap, ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
      nio(bootstrap, ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
      nio(bootstrap, ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
    }
  }

  /** A system without the option gets a warning of Netty's in the log, and no more. */
  private static void nio(Bootstrap bootstrap, SocketOption<Integer> option, int value) {
    bootstrap.option(NioChannelOption.of(option), value);
  }
}

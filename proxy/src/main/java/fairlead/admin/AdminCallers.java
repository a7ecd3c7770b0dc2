package fairlead.admin;

import fairlead.telemetry.LogLimit;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Ticker;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is connected to the admin port, as each may hold on to a page or a body. Where there are too
 * many, whoever came first makes room, not whoever comes: a health check has just come. Only on the
 * one event loop.
 */
final class AdminCallers {
  /** Several browsers, scrapers and health checks. */
  static final int MOST = 100;

  private static final Logger LOG = LoggerFactory.getLogger(AdminCallers.class);

  private final Set<Channel> open = new LinkedHashSet<>();
  private final LogLimit logLimit = new LogLimit();

  /** Another one has come. */
  void add(Channel caller) {
    open.add(caller);
    caller.closeFuture().addListener(_ -> open.remove(caller));
    if (open.size() > MOST) {
      var first = open.iterator().next();
      if (logLimit.permits(Ticker.systemTicker().nanoTime())) {
        LOG.warn(
            "admin: more than {} connections are open: the oldest, of {}, is closed",
            MOST,
            first.remoteAddress());
      }
      var _ = first.close();
    }
  }
}

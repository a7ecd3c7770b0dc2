package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.http.Deadline;
import fairlead.http.EpochTime;
import fairlead.http.GrpcTimeout;
import fairlead.http.HeaderNames;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a backend has for an attempt, as it is told ({@code spec/http.md} §4.1, §12). */
final class DeadlineHeaders {
  private DeadlineHeaders() {}

  /**
   * Tells the strictest of what the caller wants, the time-outs on the way, and {@code
   * attemptTimeout}; nothing when there is none of them. {@code grpc-timeout} is told to whom the
   * caller would have told it.
   */
  static void write(Exchange exchange, @Nullable Duration attemptTimeout) {
    var deadline = exchange.deadline();
    if (deadline == null && attemptTimeout == null) {
      return;
    }
    long now = EpochTime.nanos();
    if (attemptTimeout != null) {
      deadline = Deadline.in(attemptTimeout, now).within(deadline);
    }
    if (deadline != null) {
      var head = exchange.request();
      head.set(HeaderNames.L5D_CTX_DEADLINE, deadline.show());
      if (head.contains(HeaderNames.GRPC_TIMEOUT)) {
        long left = Math.max(0, deadline.leftNanos(now));
        head.set(HeaderNames.GRPC_TIMEOUT, GrpcTimeout.show(left));
      }
    }
  }
}

package fairlead.telemetry.trace;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * {@code io.l5d.recentRequests}: the last requests of those that were sampled ({@code
 * spec/telemetry.md} §8). Any thread.
 */
public final class RecentRequests implements SpanSink {
  /**
   * One of them.
   *
   * @param source the caller's address
   * @param server where it was taken
   * @param destination whom it went to
   */
  public record Row(
      Instant time,
      String source,
      String server,
      String router,
      String service,
      String client,
      String destination) {}

  private final AtomicReferenceArray<Row> rows;
  private final AtomicLong count = new AtomicLong();

  /**
   * @param capacity how many are kept
   */
  public RecentRequests(int capacity) {
    rows = new AtomicReferenceArray<>(capacity);
  }

  /** Keeps the spans of servers of which all is known. */
  @Override
  public void accept(Span span) {
    var tags = span.tags();
    String service = tags.get("service");
    String client = tags.get("client");
    var remote = span.remote();
    var local = span.local();
    var destination = span.destination();
    if (span.side() == Span.Side.SERVER
        && service != null
        && client != null
        && remote != null
        && local != null
        && destination != null) {
      var time = Instant.EPOCH.plus(span.startMicros(), ChronoUnit.MICROS);
      var row =
          new Row(
              time, show(remote), show(local), span.service(), service, client, show(destination));
      rows.set((int) (count.getAndIncrement() % rows.length()), row);
    }
  }

  /** The newest first. */
  public List<Row> newest() {
    var newest = new ArrayList<Row>();
    long end = count.get();
    for (long i = end - 1; i >= 0 && i >= end - rows.length(); i--) {
      var row = rows.get((int) (i % rows.length()));
      if (row != null) {
        newest.add(row);
      }
    }
    return newest;
  }

  private static String show(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }
}

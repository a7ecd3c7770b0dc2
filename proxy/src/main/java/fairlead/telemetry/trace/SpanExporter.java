package fairlead.telemetry.trace;

import fairlead.telemetry.JsonPost;
import fairlead.telemetry.LogLimit;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans to a collector over HTTP, in batches, on a thread of its own. What it does not take
 * in time is dropped and counted; nobody waits for it. Any thread.
 */
public final class SpanExporter implements SpanSink {
  private static final Logger LOG = LoggerFactory.getLogger(SpanExporter.class);
  private static final int MOST_WAITING = 10_000;
  private static final int BATCH = 500;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration CLOSING = Duration.ofSeconds(2);

  /**
   * Who takes them.
   *
   * @param headers beside {@code Content-Type}
   */
  public record Collector(String kind, URI url, Map<String, String> headers, SpanFormat format) {
    public Collector {
      headers = Map.copyOf(headers);
    }
  }

  private final Collector collector;
  private final Counter sent;
  private final Counter dropped;
  private final Counter failures;
  private final Queue<Span> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Thread thread;
  private final LogLimit logLimit = new LogLimit();
  private volatile boolean closing;

  /**
   * Begins to send.
   *
   * @param scope for {@code sent}, {@code dropped} (spans), and {@code failures} (batches)
   */
  public SpanExporter(Collector collector, Metrics scope) {
    this.collector = collector;
    this.sent = scope.counter("sent");
    this.dropped = scope.counter("dropped");
    this.failures = scope.counter("failures");
    this.thread = Thread.ofPlatform().daemon().name("spans").start(this::run);
  }

  @Override
  public void accept(Span span) {
    int before = count.getAndIncrement();
    if (before >= MOST_WAITING) {
      count.decrementAndGet();
      dropped.increment();
      return;
    }
    waiting.add(span);
    if (before == BATCH) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSING);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closing) {
      LockSupport.parkNanos(this, PAUSE.toNanos());
      boolean taken;
      do {
        taken = sendBatch();
      } while (taken && count.get() >= BATCH);
    }
    boolean taken;
    do {
      taken = sendBatch();
    } while (taken);
  }

  /** Whether there was something, and it was taken. */
  private boolean sendBatch() {
    var batch = new ArrayList<Span>();
    for (var span = waiting.poll(); span != null; span = waiting.poll()) {
      batch.add(span);
      if (batch.size() == BATCH) {
        break;
      }
    }
    if (batch.isEmpty()) {
      return false;
    }
    count.addAndGet(-batch.size());
    return send(batch);
  }

  private boolean send(List<Span> batch) {
    try {
      JsonPost.send(collector.url, collector.headers, collector.format.encode(batch));
      sent.add(batch.size());
      return true;
    } catch (IOException | RuntimeException e) { // whatever it is, the next batch has its chance
      failures.increment();
      dropped.add(batch.size());
      complain(e);
      return false;
    }
  }

  private void complain(Exception why) {
    if (logLimit.permits(System.nanoTime())) {
      LOG.warn(
          "telemeter {}: spans cannot be sent to {} ({}); they are dropped until they can, {} so"
              + " far",
          collector.kind,
          collector.url,
          why.toString(),
          dropped.sum());
    }
  }
}

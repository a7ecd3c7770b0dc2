package fairlead.telemetry.access;

import fairlead.telemetry.LogLimit;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log: takes lines from event loops without ever making them wait, and writes them on a thread
 * of its own. When what is written to stands still or fails, lines are dropped and counted ({@code
 * spec/faults.md} F29, F30). Any thread.
 */
public final class AccessLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  /** What may wait of one event loop, in bytes: a thousand lines. */
  static final int RING = 256 * 1024;

  /** Lines of so long go in one write. */
  private static final long GATHER_NANOS = Duration.ofMillis(20).toNanos();

  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final LineSink sink;
  private final String name;
  private final Counter lines;
  private final Counter dropped;
  private final List<Ring> rings = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private final byte[] batch = new byte[RING];
  private final LogLimit logLimit = new LogLimit();
  private volatile boolean resting;
  private volatile boolean closing;

  /**
   * Begins to write.
   *
   * @param name for messages
   * @param scope {@code rt/<label>/access_log}: {@code lines} written, and {@code dropped}
   */
  AccessLog(LineSink sink, String name, Metrics scope) {
    this.sink = sink;
    this.name = name;
    this.lines = scope.counter("lines");
    this.dropped = scope.counter("dropped");
    this.thread = Thread.ofPlatform().daemon().name("access-log").start(this::run);
  }

  /** What one event loop adds lines by. */
  Hand hand() {
    var ring = new Ring(RING);
    rings.add(ring);
    return new Hand(ring);
  }

  /** The file was moved away, where that is how it is rolled. */
  public void reopen() {
    sink.reopen();
  }

  /** Writes what is waiting, for two seconds at most. Blocks; not on an event loop. */
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
      if (writeAll()) {
        LockSupport.parkNanos(this, GATHER_NANOS);
      } else {
        rest();
      }
    }
    writeAll();
    try {
      sink.close();
    } catch (IOException e) {
      LOG.warn("access log {}: closing failed: {}", name, e.toString());
    }
  }

  /** Until there is something to do. */
  private void rest() {
    resting = true;
    while (resting && !closing && rings.stream().allMatch(Ring::isEmpty)) {
      LockSupport.park(this);
    }
    resting = false;
  }

  /** Whether there was anything. */
  private boolean writeAll() {
    boolean any = false;
    for (var ring : rings) {
      int length = ring.take(batch);
      if (length > 0) {
        any = true;
        write(length);
      }
    }
    return any;
  }

  private void write(int length) {
    int count = 0;
    for (int i = 0; i < length; i++) {
      if (batch[i] == '\n') {
        count++;
      }
    }
    try {
      sink.write(batch, 0, length);
      lines.add(count);
    } catch (IOException e) {
      dropped.add(count);
      complain(e);
    }
  }

  private void complain(IOException why) {
    if (logLimit.permits(System.nanoTime())) {
      LOG.warn(
          "access log {}: cannot be written ({}); lines are dropped until it can be again, {} so"
              + " far",
          name,
          why.getMessage(),
          dropped.sum());
    }
  }

  /** One event loop's way into the log. That event loop only. */
  final class Hand {
    private final Ring ring;

    private Hand(Ring ring) {
      this.ring = ring;
    }

    /** Adds a line, unless there is no room for it. */
    void add(byte[] line, int length) {
      if (!ring.add(line, length)) {
        dropped.increment();
      } else if (resting) {
        resting = false;
        LockSupport.unpark(thread);
      }
    }
  }
}

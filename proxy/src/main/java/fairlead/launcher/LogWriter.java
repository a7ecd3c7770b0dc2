package fairlead.launcher;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Takes log events from any thread without ever waiting: when the reader of our output stands
 * still, events are dropped and counted, and the count is told once it reads again ({@code
 * spec/faults.md} F30).
 */
final class LogWriter extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private static final int QUEUE = 4096;

  /** An event and the thread it came from. */
  record Line(ILoggingEvent event, long threadId) {}

  private final LogFormat format;
  private final OutputStream out;

  /** Lines to be written, and at the end a task that only wakes the log thread. */
  private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(QUEUE);

  private final LongAdder dropped = new LongAdder();
  private final Thread thread = Thread.ofPlatform().daemon().name("log").unstarted(this::run);
  private volatile boolean closing;

  /** Owned by the log thread. */
  private long told;

  LogWriter(LogFormat format, OutputStream out) {
    this.format = format;
    this.out = out;
    setName("log");
  }

  @Override
  public void start() {
    super.start();
    thread.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    var line = new Line(event, Thread.currentThread().threadId());
    if (closing || !waiting.offer(() -> write(line))) {
      dropped.increment();
    }
  }

  long dropped() {
    return dropped.sum();
  }

  void close(Duration limit) {
    closing = true;
    var _ = waiting.offer(() -> {}); // when there is no room, the log thread is awake anyway
    try {
      thread.join(limit);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    stop();
  }

  private void run() {
    try {
      while (!closing) {
        waiting.take().run();
      }
    } catch (InterruptedException _) {
      closing = true; // nobody interrupts this thread; if somebody does, it is to end
    }
    for (var task = waiting.poll(); task != null; task = waiting.poll()) {
      task.run();
    }
  }

  /** A full disk, or an argument that cannot be shown, loses a line and not the log. */
  private void write(Line line) {
    try {
      long lost = dropped.sum();
      if (lost > told) {
        put(format.lost(lost - told, line.event().getInstant()));
        told = lost;
      }
      put(format.line(line));
      out.flush();
    } catch (IOException | RuntimeException _) {
      dropped.increment();
    }
  }

  private void put(String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}

package fairlead.activity;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A control plane whose time stands still until told: tasks run on the thread that calls {@link
 * #runUntilIdle} or {@link #advance}, in order. {@link #execute} may be called from any thread.
 */
public final class FakeSerialExecutor implements SerialExecutor {
  private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
  private final List<Timed> timed = new ArrayList<>();
  private long nanos;
  private long timersSet;
  private boolean running;

  private record Timed(long number, long at, Runnable task) {}

  @Override
  public synchronized void execute(Runnable task) {
    ready.add(task);
  }

  @Override
  public synchronized Watch after(Duration delay, Runnable task) {
    var entry = new Timed(++timersSet, nanos + Math.max(0, delay.toNanos()), task);
    timed.add(entry);
    return () -> forget(entry);
  }

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  @Override
  public boolean inside() {
    return running;
  }

  /** Runs {@code task} inside, and everything it brings about without time passing. */
  public void run(Runnable task) {
    execute(task);
    runUntilIdle();
  }

  /** Runs what is ready, until nothing is. */
  public void runUntilIdle() {
    running = true;
    try {
      for (Runnable task = next(); task != null; task = next()) {
        task.run();
      }
    } finally {
      running = false;
    }
  }

  /** Lets time pass, running what falls due at its moment. */
  public void advance(Duration time) {
    runUntilIdle();
    long end = nanos + time.toNanos();
    for (Timed due = takeDue(end); due != null; due = takeDue(end)) {
      run(due.task());
    }
    nanos = end;
  }

  /** How many timers are set: none left behind is part of closing well. */
  public synchronized int timers() {
    return timed.size();
  }

  private synchronized @Nullable Runnable next() {
    return ready.poll();
  }

  private synchronized void forget(Timed entry) {
    timed.remove(entry);
  }

  private synchronized @Nullable Timed takeDue(long end) {
    Timed due = timed.stream().min(Comparator.comparingLong(Timed::at)).orElse(null);
    if (due == null || due.at() > end) {
      return null;
    }
    timed.remove(due);
    nanos = Math.max(nanos, due.at());
    return due;
  }
}

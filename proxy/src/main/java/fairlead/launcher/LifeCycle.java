package fairlead.launcher;

import fairlead.recorder.FlightRecorder;
import fairlead.recorder.FlightRecorder.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the process ends ({@code spec/admin.md} §13, {@code spec/ecs.md} §1): the first SIGTERM or
 * SIGINT, or the admin port, starts a drain within a time limit; the second signal ends at once.
 * SIGHUP ends nothing: it asks for the configuration to be read again. The exit code is 128 + the
 * signal's number (143 after SIGTERM), 0 from the admin port. Works as process 1 and at any time
 * after {@link #handleSignals}, also while starting. Any thread.
 */
public final class LifeCycle {
  /** What ends when; steps of one phase end together. */
  public enum Phase {
    /** All goes on, while callers are asked to come by another way. */
    LEAVING,
    /**
     * Routers that this host's services call out through; they need the incoming ones till then.
     */
    OUTGOING,
    /** Routers that bring traffic to this host's services. */
    INCOMING,
    TELEMETERS,
    ADMIN
  }

  /** Ends something. */
  @FunctionalInterface
  public interface Drain {
    /** Takes nothing new; done when all that goes on has ended, or after {@code atMost}. */
    CompletionStage<?> drain(Duration atMost);
  }

  /** What ends, and when. */
  public record Step(Phase phase, Drain drain) {}

  /** How the process is left; replaced in tests. */
  interface Exit {
    /** In order. */
    void exit(int code);

    /** At once. */
    void halt(int code);
  }

  private static final Logger LOG = LoggerFactory.getLogger(LifeCycle.class);

  /** Kept back for each later phase, so that a router that hangs does not cost them their turn. */
  private static final Duration RESERVE = Duration.ofMillis(250);

  private volatile Duration limit;
  private volatile @Nullable Runnable hangup;
  private final Runnable last;
  private final Exit exit;
  private final LongSupplier nanos;

  /** Guards {@code steps} and {@code stopping}. */
  private final Object lock = new Object();

  private final Map<Phase, List<Drain>> steps = new EnumMap<>(Phase.class);
  private boolean stopping;

  /**
   * @param limit for the whole drain
   * @param last runs before the process exits: writes the rest of the log
   */
  public LifeCycle(Duration limit, Runnable last) {
    this(limit, last, new RealExit(), System::nanoTime);
  }

  LifeCycle(Duration limit, Runnable last, Exit exit, LongSupplier nanos) {
    this.limit = limit;
    this.last = last;
    this.exit = exit;
    this.nanos = nanos;
  }

  /** Another limit for the whole drain, once the configuration is known. */
  public void limit(Duration whole) {
    limit = whole;
  }

  /** From now on SIGHUP runs {@code action} and ends nothing. */
  public void onHangup(Runnable action) {
    hangup = action;
  }

  /** SIGHUP came. */
  void hungUp() {
    var action = hangup;
    if (action == null) {
      LOG.info("Received SIGHUP: nothing runs yet that could be reloaded");
    } else {
      action.run();
    }
  }

  /** Takes the signals over from the JVM. */
  public LifeCycle handleSignals() {
    Signals.on("TERM", () -> signalled("SIGTERM", 143));
    Signals.on("INT", () -> signalled("SIGINT", 130));
    Signals.on("HUP", this::hungUp);
    return this;
  }

  /** Adds what is to be ended; ends it at once when the process is stopping already. */
  public void add(Phase phase, Drain step) {
    addAll(List.of(new Step(phase, step)));
  }

  /**
   * Adds what belongs together: a stop that comes meanwhile finds all of it or nothing. Ends it at
   * once when the process is stopping already.
   */
  public void addAll(List<Step> together) {
    synchronized (lock) {
      if (!stopping) {
        together.forEach(
            step -> steps.computeIfAbsent(step.phase, _ -> new ArrayList<>()).add(step.drain));
        return;
      }
    }
    together.forEach(
        step -> {
          var _ = start(step.drain, Duration.ZERO);
        });
  }

  void signalled(String name, int code) {
    LOG.info("Received {}. Shutting down ...", name);
    if (!stop(code, limit)) {
      LOG.warn("Received {} again: ending without draining", name);
      exit.halt(code);
    }
  }

  /** Drains and exits. Does nothing, and says so, when that is going on already. */
  public boolean stop(int code, Duration within) {
    synchronized (lock) {
      if (stopping) {
        return false;
      }
      stopping = true;
    }
    FlightRecorder.note(
        Kind.PROCESS, "fairlead", "drains for at most " + within.toMillis() + " ms");
    Thread.ofPlatform().name("shutdown").start(() -> drain(code, within));
    return true;
  }

  private void drain(int code, Duration within) {
    long begin = nanos.getAsLong();
    long end = begin + within.toNanos();
    int later = Phase.values().length;
    for (Phase phase : Phase.values()) {
      later--;
      long left = end - nanos.getAsLong() - RESERVE.toNanos() * later;
      drain(phase, Duration.ofNanos(Math.max(0, left)));
    }
    LOG.info("ended after {} ms", TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - begin));
    last.run();
    exit.exit(code);
  }

  private void drain(Phase phase, Duration atMost) {
    List<Drain> now;
    synchronized (lock) {
      now = List.copyOf(steps.getOrDefault(phase, List.of()));
    }
    var all = now.stream().map(step -> start(step, atMost)).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(all).get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      LOG.warn("shutdown: {}: not done after {} ms, going on", phase, atMost.toMillis());
    } catch (ExecutionException e) {
      LOG.warn("shutdown: {}: {}", phase, String.valueOf(e.getCause()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static CompletableFuture<?> start(Drain step, Duration atMost) {
    try {
      return step.drain(atMost).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static final class RealExit implements Exit {
    @Override
    public void exit(int code) {
      System.exit(code);
    }

    @Override
    public void halt(int code) {
      Runtime.getRuntime().halt(code);
    }
  }
}

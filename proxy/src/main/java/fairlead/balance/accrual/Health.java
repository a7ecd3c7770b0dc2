package fairlead.balance.accrual;

import fairlead.activity.Watch;
import fairlead.recorder.FlightRecorder;
import fairlead.recorder.FlightRecorder.Kind;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether one endpoint may be used, for all event loops: alive, dead for a while, then tried with
 * one request at a time until one succeeds ({@code spec/client.md} §7). Any thread. While it is
 * alive and serves, all that it does is read one field.
 */
public final class Health implements Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Health.class);

  private final AccrualShared shared;
  private final String address;
  private final FailurePolicy policy;
  private final SplittableRandom random;
  private Backoff.Delays delays;
  private Watch timer = Watch.NONE;
  private Runnable revived = () -> {};

  /** Whose request decides, while that is being tried. Guarded by this object's lock. */
  private @Nullable Object prober;

  /** A probe that fails then is enough, whatever the policy says. Guarded likewise. */
  private boolean gone;

  private boolean closed;

  /** Written under the lock, read by any thread. */
  private volatile State state = State.ALIVE;

  private volatile boolean cutOff;

  /** {@code spec/client.md} §7. */
  public enum Phase {
    ALIVE,
    DEAD,
    PROBE_OPEN,
    PROBE_CLOSED
  }

  /**
   * What may be told of an endpoint.
   *
   * @param reason why it is not alive; empty when it is
   * @param deadFor how long it was taken out the last time
   */
  public record State(Phase phase, String reason, Duration deadFor) {
    static final State ALIVE = new State(Phase.ALIVE, "", Duration.ZERO);

    private State in(Phase next) {
      return new State(next, reason, deadFor);
    }
  }

  /**
   * An endpoint that is alive.
   *
   * @param address for the log
   * @param seed of its jitter
   */
  public Health(AccrualShared shared, String address, long seed) {
    this.shared = shared;
    this.address = address;
    this.policy = FailurePolicy.of(shared.config(), shared.control().nanos());
    this.random = new SplittableRandom(seed);
    this.delays = FailurePolicy.delays(shared.config(), random);
  }

  /** Whether requests should go to it rather than to one that is not. */
  public boolean isOpen() {
    return switch (state.phase) {
      case ALIVE, PROBE_OPEN -> !cutOff;
      case DEAD, PROBE_CLOSED -> false;
    };
  }

  public State state() {
    return state;
  }

  /** Has {@code task} run each time that it comes back. To be told before the first request. */
  public void onRevival(Runnable task) {
    revived = task;
  }

  /** Fail-fast says that connections cannot be made, or can again. */
  void cutOff(boolean now) {
    cutOff = now;
    shared.changed().run();
  }

  /**
   * A request is about to be sent. False when it should rather go elsewhere, if there is somebody:
   * the one request that tries this endpoint out is another.
   */
  public boolean admit(Object request) {
    return state.phase == Phase.ALIVE || tryOut(request);
  }

  private synchronized boolean tryOut(Object request) {
    if (state.phase != Phase.PROBE_OPEN) {
      return state.phase == Phase.ALIVE;
    }
    prober = request;
    become(state.in(Phase.PROBE_CLOSED));
    shared.probes().increment();
    return true;
  }

  /** Whether {@code request} is the one that decides. */
  @SuppressWarnings("ReferenceEquality") // a request is itself alone
  public boolean isTriedBy(Object request) {
    if (state.phase == Phase.ALIVE) {
      return false;
    }
    synchronized (this) {
      return state.phase == Phase.PROBE_CLOSED && prober == request;
    }
  }

  /** {@code request} was served. */
  public void good(Object request, long now) {
    if (state.phase == Phase.ALIVE) {
      policy.success(now);
    } else if (isTriedBy(request)) {
      revive(now);
    }
  }

  private void revive(long now) {
    synchronized (this) {
      prober = null;
      gone = false;
      policy.revived(now);
      delays = FailurePolicy.delays(shared.config(), random);
      revived.run(); // first: who sees the change sees how it starts
      become(State.ALIVE);
    }
    shared.revivals().increment();
    LOG.info("{} of \"{}\" is alive again.", address, shared.label());
    FlightRecorder.note(Kind.HEALTH, address, "back, of " + shared.label());
  }

  /**
   * {@code request} failed.
   *
   * @param atOnce there is nobody: no other failure is needed
   * @param why asked only when the endpoint is taken out
   */
  public void bad(Object request, boolean atOnce, long now, Supplier<String> why) {
    if (shared.config() instanceof AccrualConfig.Never) {
      return;
    }
    Phase phase = state.phase;
    if (phase == Phase.ALIVE || phase == Phase.PROBE_CLOSED) {
      fail(request, atOnce, now, why);
    }
  }

  private synchronized void fail(Object request, boolean atOnce, long now, Supplier<String> why) {
    boolean tried = isTriedBy(request);
    if (closed || (!tried && state.phase != Phase.ALIVE)) {
      return;
    }
    prober = null;
    boolean tooMany = policy.failure(now);
    gone |= atOnce;
    if (tooMany || gone) {
      die(reason(atOnce, tried, why.get()));
    } else if (tried) {
      become(state.in(Phase.PROBE_OPEN));
    }
  }

  private String reason(boolean atOnce, boolean tried, String why) {
    if (tried) {
      return "the request that tried it failed: " + why;
    }
    return atOnce ? why : policy.reason() + ", the last one: " + why;
  }

  private void die(String reason) {
    Duration delay = delays.next();
    become(new State(Phase.DEAD, reason, delay));
    shared.removals().increment();
    shared.removedForMillis().add(delay.toMillis());
    timer = shared.control().after(delay, this::open);
    LOG.info(
        "FailureAccrualFactory marking connection to \"{}\" as dead. {}; tried again in {} ms."
            + " Remote Address: {}",
        shared.label(),
        reason,
        delay.toMillis(),
        address);
    FlightRecorder.note(
        Kind.HEALTH,
        address,
        "out for " + delay.toMillis() + " ms, of " + shared.label() + ": " + reason);
  }

  private synchronized void open() {
    if (!closed && state.phase == Phase.DEAD) {
      become(state.in(Phase.PROBE_OPEN));
    }
  }

  /** {@code request} says nothing of the endpoint. */
  public void ignored(Object request) {
    if (state.phase == Phase.PROBE_CLOSED) {
      giveBack(request);
    }
  }

  private synchronized void giveBack(Object request) {
    if (isTriedBy(request)) {
      prober = null;
      become(state.in(Phase.PROBE_OPEN));
    }
  }

  private void become(State next) {
    state = next;
    shared.changed().run();
  }

  /** It is no endpoint any more. */
  @Override
  public synchronized void close() {
    closed = true;
    timer.close();
  }
}

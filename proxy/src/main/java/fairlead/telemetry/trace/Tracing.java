package fairlead.telemetry.trace;

import fairlead.http.TraceId;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who takes spans in this process, and of which requests. Any thread. */
public final class Tracing implements AutoCloseable {
  /** Nobody does. */
  public static final Tracing NONE = new Tracing(List.of(), InstantSource.system());

  /** How one that takes spans chooses. */
  public enum Choice {
    /** By what was decided before, else by its rate, and that is the decision for those behind. */
    DECIDES,
    /** By what was decided before, else by its rate. */
    FOLLOWS,
    /** By its rate alone. */
    ALONE
  }

  /**
   * Takes spans.
   *
   * @param rate which share of the traces, from 0 to 1
   */
  public record Tracer(Choice choice, double rate, SpanSink sink) {}

  /** A bit of an int each. */
  private static final int MOST = Integer.SIZE;

  private final List<Tracer> tracers;
  private final InstantSource clock;
  private volatile boolean enabled = true;

  public Tracing(List<Tracer> tracers, InstantSource clock) {
    if (tracers.size() > MOST) {
      throw new IllegalArgumentException(
          "tracers: " + tracers.size() + " (expected: at most " + MOST + ")");
    }
    this.tracers = List.copyOf(tracers);
    this.clock = clock;
  }

  InstantSource clock() {
    return clock;
  }

  /** Whether anybody takes spans from now on; what identifies traces is told on either way. */
  public void enable(boolean whether) {
    enabled = whether;
  }

  /** Whether spans are taken, if there is somebody who does. */
  public boolean isEnabled() {
    return enabled;
  }

  /** Those that want the spans of a trace with these flags, a bit each. */
  int wanting(long trace, long flags) {
    if (!enabled) {
      return 0;
    }
    int wanting = 0;
    for (int i = 0; i < tracers.size(); i++) {
      if (wants(tracers.get(i), trace, flags)) {
        wanting |= 1 << i;
      }
    }
    return wanting;
  }

  private static boolean wants(Tracer tracer, long trace, long flags) {
    if (tracer.choice == Choice.ALONE || !isDecided(flags)) {
      return Sampler.samples(tracer.rate, trace);
    }
    return isSampled(flags);
  }

  /** The flags that are told on, when these {@linkplain #wanting want} it. */
  long decided(long flags, int wanting) {
    if (isDecided(flags) || !enabled) {
      return flags;
    }
    boolean any = false;
    boolean yes = false;
    for (int i = 0; i < tracers.size(); i++) {
      if (tracers.get(i).choice == Choice.DECIDES) {
        any = true;
        yes |= (wanting & 1 << i) != 0;
      }
    }
    return any ? TraceId.decided(flags, yes) : flags;
  }

  private static boolean isDecided(long flags) {
    return (flags & (TraceId.DECIDED | TraceId.DEBUG)) != 0;
  }

  private static boolean isSampled(long flags) {
    return (flags & (TraceId.SAMPLED | TraceId.DEBUG)) != 0;
  }

  /** Gives it to all of {@code wanting}. */
  void emit(int wanting, Span span) {
    for (int i = 0; i < tracers.size(); i++) {
      if ((wanting & 1 << i) != 0) {
        tracers.get(i).sink.accept(span);
      }
    }
  }

  /** The requests that are kept for show; null when none are to be. */
  public @Nullable RecentRequests recent() {
    for (var tracer : tracers) {
      if (tracer.sink instanceof RecentRequests recent) {
        return recent;
      }
    }
    return null;
  }

  /** Ends those that take spans. Blocks. */
  @Override
  public void close() {
    tracers.forEach(tracer -> tracer.sink.close());
  }
}

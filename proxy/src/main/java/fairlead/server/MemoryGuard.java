package fairlead.server;

import fairlead.activity.Blocking;
import fairlead.telemetry.LogLimit;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether there is memory for new work ({@code docs/decisions/0025}). Looks only when asked, and
 * not more often than each twenty milliseconds; in between all that a request costs is two reads.
 * Any thread.
 */
public final class MemoryGuard {
  /** Says yes to all. */
  public static final MemoryGuard NONE = new MemoryGuard(List.of());

  private static final Logger LOG = LoggerFactory.getLogger(MemoryGuard.class);
  private static final long BETWEEN_LOOKS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Far from any time that others ask at, before and behind it. */
  private static final long NOBODY_ELSES = Long.MAX_VALUE / 2;

  private final List<Memory> memories;
  private final Relief relief;

  /** Of each, in bytes, when last looked at; of who looks. */
  private final long[] used;

  private @Nullable Counter shortages;

  /** When to look again; whoever moves it on looks. */
  private final AtomicLong nextLook = new AtomicLong(Ticker.systemTicker().nanoTime());

  /** Written by who looks, which only one thread does at a time, read by any. */
  private volatile boolean scarce;

  private final LogLimit warnings = new LogLimit();

  /** Whether the log told of the shortage; of who looks. */
  private boolean told;

  MemoryGuard(List<Memory> memories) {
    this(memories, new Relief());
  }

  private MemoryGuard(List<Memory> memories, Relief relief) {
    this.memories = List.copyOf(memories);
    this.relief = relief;
    this.used = new long[memories.size()];
  }

  /** Guards buffers and heap of this process. */
  public static MemoryGuard ofProcess(Blocking blocking) {
    var relief = new Relief();
    var memories = new ArrayList<Memory>();
    memories.add(BufferMemory.ofProcess());
    HeapMemory.ofProcess(blocking, relief).ifPresent(memories::add);
    return new MemoryGuard(memories, relief);
  }

  /**
   * Has {@code names} let go of names that nobody uses right now when the heap is nearly full.
   *
   * @param names completes with how many they were
   */
  public void relieveBy(Supplier<? extends CompletionStage<Integer>> names) {
    if (!memories.isEmpty()) {
      relief.names = names;
    }
  }

  /** Adds {@code jvm/mem/scarce} (0 or 1) and {@code jvm/mem/shortages}. Once, before requests. */
  public void addTo(Metrics root) {
    var scope = root.scope("jvm").scope("mem");
    shortages = scope.counter("shortages");
    scope.gauge("scarce", () -> isScarce(Ticker.systemTicker().nanoTime()) ? 1 : 0);
  }

  /**
   * Whether new work is to be refused.
   *
   * @param now by the system's ticker; some milliseconds ago will do
   */
  boolean isScarce(long now) {
    if (memories.isEmpty()) {
      return false;
    }
    long due = nextLook.get();
    if (now - due >= 0 && nextLook.compareAndSet(due, now + NOBODY_ELSES)) {
      try {
        look(now);
      } finally {
        nextLook.set(now + BETWEEN_LOOKS);
      }
    }
    return scarce;
  }

  private void look(long now) {
    boolean lacking = false;
    boolean enough = true;
    for (int i = 0; i < used.length; i++) {
      var memory = memories.get(i);
      used[i] = memory.used(scarce, now);
      double share = (double) used[i] / memory.most();
      lacking |= share >= memory.scarce();
      enough &= share <= memory.enough();
    }
    if (!scarce && lacking) {
      scarce = true;
      if (shortages != null) {
        shortages.increment();
      }
      told = warnings.permits(now);
      if (told) {
        LOG.warn(
            "memory is nearly spent: new requests are refused with 503{}; if that lasts, give more"
                + " by -Xmx or -XX:MaxDirectMemorySize",
            shown());
      }
    } else if (scarce && enough) {
      scarce = false;
      if (told) {
        LOG.info("there is memory again: requests are taken{}", shown());
      }
    }
  }

  /** Each after a semicolon. */
  private String shown() {
    var shown = new StringBuilder();
    for (int i = 0; i < used.length; i++) {
      var memory = memories.get(i);
      shown.append(
          String.format(
              Locale.ROOT, "; %s %d of %d MiB", memory.name(), used[i] >> 20, memory.most() >> 20));
    }
    return shown.toString();
  }
}

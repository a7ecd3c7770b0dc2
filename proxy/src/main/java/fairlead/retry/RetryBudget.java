package fairlead.retry;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Which share of the requests may be sent again ({@code spec/http.md} §10.1): requests pay in,
 * retries take out, and both are forgotten after a while. One for all event loops, so that its
 * limit is exact, and yet no loop writes what another writes: deposits lie with each loop, and only
 * a retry, which is rare and costs a request anyhow, touches what all share.
 */
public final class RetryBudget {
  private static final int SLICES = 10;

  private final long deposit;
  private final long cost;
  private final long reserve;
  private final long sliceNanos;
  private final long startNanos;

  /** Each made, and then written, by its own loop alone. */
  private final AtomicReferenceArray<@Nullable Slices> deposits;

  /** Replaced whole, so that two loops never spend the same units. */
  private final AtomicReference<Slices> spent = new AtomicReference<>(new Slices(SLICES));

  /**
   * Holds its reserve, and nothing else.
   *
   * @param loops how many make deposits
   * @param nowNanos by the ticker that all of them have
   */
  public RetryBudget(BudgetConfig config, int loops, long nowNanos) {
    deposit = config.deposit();
    cost = config.cost();
    reserve = config.reserve();
    sliceNanos = config.ttl().toNanos() / SLICES;
    startNanos = nowNanos;
    deposits = new AtomicReferenceArray<>(loops);
  }

  /** A request was made. On the event loop of this number. */
  public void deposit(int loop, long nowNanos) {
    if (deposit == 0) {
      return;
    }
    var own = deposits.getPlain(loop);
    if (own == null) {
      own = new Slices(SLICES);
      deposits.setRelease(loop, own);
    }
    own.increment(slice(nowNanos));
  }

  /** Takes out what a retry costs, if there is so much. Any thread. */
  public boolean withdraw(long nowNanos) {
    long slice = slice(nowNanos);
    while (true) {
      var before = spent.get();
      if (units(before, slice) < cost) {
        return false;
      }
      if (spent.compareAndSet(before, before.incremented(slice))) {
        return true;
      }
    }
  }

  /** How many retries could be paid for now. Any thread. */
  public long balance(long nowNanos) {
    return Math.max(0, units(spent.get(), slice(nowNanos)) / cost);
  }

  private long units(Slices taken, long slice) {
    long requests = 0;
    for (int i = 0; i < deposits.length(); i++) {
      var paid = deposits.getAcquire(i);
      requests += paid == null ? 0 : paid.sum(slice);
    }
    return requests * deposit + reserve - taken.sum(slice) * cost;
  }

  private long slice(long nowNanos) {
    return Math.max(0, nowNanos - startNanos) / sliceNanos;
  }
}

package fairlead.balance.accrual;

import java.util.concurrent.atomic.AtomicInteger;

/** So many failures in a row ({@code spec/client.md} §7). */
final class Consecutive implements FailurePolicy {
  private final int limit;

  /** Mostly 0, and then only read. */
  private final AtomicInteger failures = new AtomicInteger();

  Consecutive(int limit) {
    this.limit = limit;
  }

  @Override
  public void success(long now) {
    if (failures.get() != 0) {
      failures.set(0);
    }
  }

  @Override
  public boolean failure(long now) {
    return failures.incrementAndGet() >= limit;
  }

  @Override
  public void revived(long now) {
    failures.set(0);
  }

  @Override
  public String reason() {
    int count = failures.get();
    return count + (count == 1 ? " failure" : " failures in a row");
  }
}

package fairlead.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arithmetic of {@code spec/http.md} §10.1, to the unit. */
class RetryBudgetTest {
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final long SECOND = 1_000_000_000;

  /** Any; tickers begin anywhere. */
  private static final long START = -5 * SECOND;

  @Test
  void aNewOneHoldsOneHundredRetries() {
    var budget = new RetryBudget(BudgetConfig.DEFAULT, 2, START);

    assertThat(budget.balance(START)).isEqualTo(100);
    assertThat(spend(budget, START)).isEqualTo(100);
    assertThat(budget.balance(START)).isZero();
  }

  @Test
  void fiveRequestsPayForARetry() {
    var budget = new RetryBudget(new BudgetConfig(TTL, 0, 0.2), 1, START);

    deposit(budget, 4, START);
    assertThat(budget.withdraw(START)).isFalse();

    deposit(budget, 1, START);
    assertThat(budget.withdraw(START)).isTrue();
    assertThat(budget.withdraw(START)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0.2, 5000",
    "0.3, 3333",
    "1, 1000",
    "3, 333",
    "1000, 1",
    "0.0001, 10000000",
    "0, 1",
    "1e-9, 2147483647" // as Finagle's, whose units are ints
  })
  void aRetryCostsAThousandByTheShareRoundedDown(double share, long cost) {
    assertThat(new BudgetConfig(TTL, 0, share).cost()).isEqualTo(cost);
  }

  @Test
  void theRestOfARoundedCostIsKept() {
    var budget = new RetryBudget(new BudgetConfig(TTL, 0, 3), 1, START);

    deposit(budget, 1, START);

    assertThat(spend(budget, START)).isEqualTo(3); // 3 * 333 of 1000
    deposit(budget, 333, START);
    assertThat(spend(budget, START)).isEqualTo(333_001 / 333);
  }

  @Test
  void theReserveIsRetriesASecondForTheWholeTime() {
    assertThat(new BudgetConfig(Duration.ofSeconds(3), 7, 0.2).reserve()).isEqualTo(7 * 3 * 5000);
    assertThat(new BudgetConfig(Duration.ofMinutes(1), Integer.MAX_VALUE, 1e-9).reserve())
        .isEqualTo(Long.MAX_VALUE / 2 + 1);
  }

  @Test
  void withoutAShareOnlyTheReserveIsSpent() {
    var budget = new RetryBudget(new BudgetConfig(TTL, 2, 0), 1, START);

    deposit(budget, 1000, START);

    assertThat(budget.balance(START)).isEqualTo(20);
    assertThat(spend(budget, START)).isEqualTo(20);
  }

  @Test
  void nothingAndNothingMeansNever() {
    var budget = new RetryBudget(new BudgetConfig(TTL, 0, 0), 1, START);

    deposit(budget, 1000, START);

    assertThat(budget.balance(START)).isZero();
    assertThat(budget.withdraw(START)).isFalse();
  }

  @Test
  void aDepositCountsForTenSlicesOfTheTime() {
    var budget = new RetryBudget(new BudgetConfig(TTL, 0, 1), 1, START);
    deposit(budget, 7, START);

    assertThat(budget.balance(START + 10 * SECOND - 1)).isEqualTo(7);
    assertThat(budget.balance(START + 10 * SECOND)).isZero();
  }

  @Test
  void depositsOfEachSliceGoByThemselves() {
    var budget = new RetryBudget(new BudgetConfig(TTL, 0, 1), 1, START);
    for (int i = 0; i < 25; i++) {
      deposit(budget, i, START + i * SECOND);
    }

    // Those of seconds 15 to 24, and then one less a second.
    assertThat(budget.balance(START + 24 * SECOND)).isEqualTo(195);
    assertThat(budget.balance(START + 25 * SECOND)).isEqualTo(195 - 15);
    assertThat(budget.balance(START + 33 * SECOND)).isEqualTo(24);
    assertThat(budget.balance(START + 34 * SECOND)).isZero();
  }

  @Test
  void whatWasSpentIsForgottenAfterTheSameTime() {
    var budget = new RetryBudget(new BudgetConfig(TTL, 1, 0), 1, START);
    assertThat(spend(budget, START + SECOND)).isEqualTo(10);

    assertThat(budget.balance(START + 11 * SECOND - 1)).isZero();
    assertThat(budget.balance(START + 11 * SECOND)).isEqualTo(10);
  }

  @Test
  void whatDepositsPaidForMayBeOwedOnceTheyAreForgotten() {
    var budget = new RetryBudget(new BudgetConfig(TTL, 0, 1), 1, START);
    deposit(budget, 10, START);
    assertThat(spend(budget, START + 5 * SECOND)).isEqualTo(10);
    deposit(budget, 4, START + 10 * SECOND);

    assertThat(budget.balance(START + 10 * SECOND)).isZero(); // 4 paid in, 10 still taken out
    assertThat(budget.withdraw(START + 10 * SECOND)).isFalse();
    assertThat(budget.balance(START + 15 * SECOND)).isEqualTo(4);
  }

  @Test
  void depositsOfAllLoopsCount() {
    var budget = new RetryBudget(new BudgetConfig(TTL, 0, 0.5), 3, START);

    budget.deposit(0, START);
    budget.deposit(2, START);

    assertThat(budget.withdraw(START)).isTrue();
    assertThat(budget.withdraw(START)).isFalse();
  }

  @Test
  void loopsNeverSpendMoreThanThereIs() throws Exception {
    var budget = new RetryBudget(new BudgetConfig(TTL, 1000, 0), 4, START);
    var spent = new ArrayList<Future<Integer>>();

    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        // Their clocks differ by a slice.
        long now = START + i % 2 * SECOND;
        Callable<Integer> spender = () -> spend(budget, now);
        spent.add(threads.submit(spender));
      }
    }

    int sum = 0;
    for (var one : spent) {
      sum += one.get();
    }
    assertThat(sum).isEqualTo(10_000);
  }

  @Test
  void whatIsPaidInWhileOthersSpendIsSpentOnce() throws Exception {
    int requests = 300_000;
    var budget = new RetryBudget(new BudgetConfig(TTL, 0, 0.5), 2, START);
    try (var threads = Executors.newFixedThreadPool(2)) {
      var paying = threads.submit(() -> deposit(budget, requests, START));
      Callable<Integer> spender =
          () -> {
            int sum = 0;
            while (!paying.isDone()) {
              sum += spend(budget, START);
            }
            return sum + spend(budget, START);
          };

      assertThat(threads.submit(spender).get()).isEqualTo(requests / 2);
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> new BudgetConfig(Duration.ofSeconds(61), 10, 0.2))
        .hasMessage("ttl: PT1M1S (expected: 1 to 60 s)");
    assertThatThrownBy(() -> new BudgetConfig(Duration.ZERO, 10, 0.2))
        .hasMessage("ttl: PT0S (expected: 1 to 60 s)");
    assertThatThrownBy(() -> new BudgetConfig(TTL, -1, 0.2))
        .hasMessage("minRetriesPerSec: -1 (expected: >= 0)");
    assertThatThrownBy(() -> new BudgetConfig(TTL, 1, 1001))
        .hasMessage("percentCanRetry: 1001.0 (expected: 0 to 1000)");
  }

  private static void deposit(RetryBudget budget, int times, long now) {
    for (int i = 0; i < times; i++) {
      budget.deposit(0, now);
    }
  }

  private static int spend(RetryBudget budget, long now) {
    int times = 0;
    while (budget.withdraw(now)) {
      times++;
    }
    return times;
  }
}

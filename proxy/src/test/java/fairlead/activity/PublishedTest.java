package fairlead.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishedTest {
  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final Published<String> published = new Published<>(control);
  private final List<String> woken = new ArrayList<>();

  @Test
  void whoWaitsIsWokenOnceByTheFirstValue() {
    var _ = published.whenKnown(Runnable::run, () -> woken.add("a"));
    var _ = published.whenKnown(Runnable::run, () -> woken.add("b"));
    control.runUntilIdle();
    assertThat(woken).isEmpty();

    control.run(() -> published.publish("first"));
    control.run(() -> published.publish("second"));

    assertThat(woken).containsExactly("a", "b");
    assertThat(published.read()).isEqualTo("second");
  }

  @Test
  void whoComesLaterNeedsNotWait() {
    control.run(() -> published.publish("first"));

    var _ = published.whenKnown(Runnable::run, () -> woken.add("a"));
    control.runUntilIdle();

    assertThat(woken).containsExactly("a");
  }

  @Test
  void nothingIsKeptOfWhoStopsWaiting() {
    var left = published.whenKnown(Runnable::run, () -> woken.add("left"));
    var _ = published.whenKnown(Runnable::run, () -> woken.add("stays"));
    control.runUntilIdle();
    assertThat(published.waiting()).isEqualTo(2);

    left.close();
    control.runUntilIdle();
    assertThat(published.waiting()).isEqualTo(1);
    control.run(() -> published.publish("first"));

    assertThat(woken).containsExactly("stays");
    assertThat(published.waiting()).isZero();
  }
}

package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedTest {
  private final List<String> closed = new ArrayList<>();
  private final Shared<String> shared = new Shared<>("it", () -> closed.add("it"));

  @Test
  void isClosedWithTheLastWhoHoldsItAndOnce() {
    assertThat(shared.hold()).isSameAs(shared);
    shared.hold();

    shared.release();
    shared.release();
    assertThat(closed).isEmpty();

    shared.release();
    assertThat(closed).containsExactly("it");
  }

  @Test
  void isClosedByItsMakerWhenNobodyElseHoldsIt() {
    assertThat(shared.value()).isEqualTo("it");

    shared.release();

    assertThat(closed).containsExactly("it");
  }
}

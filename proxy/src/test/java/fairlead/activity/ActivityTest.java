package fairlead.activity;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.State.Failed;
import fairlead.activity.State.Ok;
import fairlead.activity.State.Pending;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActivityTest {
  private final Variable<Integer> number = new Variable<>();
  private final Variable<String> text = new Variable<>();
  private final List<State<?>> seen = new ArrayList<>();

  @Test
  void tellsTheStateAtOnceAndEveryChange() {
    number.activity().observe(seen::add);

    number.set(new Ok<>(1));
    number.set(new Failed<>("gone"));

    assertThat(seen).containsExactly(new Pending<>(), new Ok<>(1), new Failed<>("gone"));
  }

  @Test
  void aChangeThatIsNoneIsNotTold() {
    number.activity().map(n -> n / 10).observe(seen::add);

    number.set(new Ok<>(11));
    number.set(new Ok<>(12));

    assertThat(seen).containsExactly(new Pending<>(), new Ok<>(1));
  }

  @Test
  void startsForTheFirstObserverAndStopsAfterTheLast() {
    Watch first = number.activity().observe(_ -> {});
    Watch second = number.activity().observe(_ -> {});

    assertThat(number.starts()).isEqualTo(1);
    first.close();
    first.close();
    assertThat(number.running()).isTrue();
    second.close();
    assertThat(number.running()).isFalse();
  }

  @Test
  void forgetsItsValueWhenTheLastObserverLeaves() {
    Watch first = number.activity().observe(_ -> {});
    number.set(new Ok<>(1));
    first.close();

    number.activity().observe(seen::add);

    assertThat(seen).containsExactly(new Pending<>());
  }

  @Test
  void aClosedWatchHearsNothing() {
    Watch watch = number.activity().observe(seen::add);
    number.activity().observe(_ -> {});

    watch.close();
    number.set(new Ok<>(1));

    assertThat(seen).containsExactly(new Pending<>());
  }

  @Test
  void flatMapFollowsOuterAndInner() {
    number
        .activity()
        .flatMap(n -> n == 0 ? Activity.ok("zero") : text.activity())
        .observe(seen::add);

    number.set(new Ok<>(1));
    text.set(new Ok<>("one"));
    number.set(new Ok<>(0));

    assertThat(seen).containsExactly(new Pending<>(), new Ok<>("one"), new Ok<>("zero"));
    assertThat(text.running()).isFalse();
  }

  @Test
  void flatMapKeepsWhatOldAndNewInnerShare() {
    number.activity().flatMap(n -> text.activity().map(t -> t + n)).observe(seen::add);
    number.set(new Ok<>(1));
    text.set(new Ok<>("a"));

    number.set(new Ok<>(2));

    assertThat(seen).containsExactly(new Pending<>(), new Ok<>("a1"), new Ok<>("a2"));
    assertThat(text.starts()).isEqualTo(1);
  }

  @Test
  void closingAFlatMapClosesBothSides() {
    Watch watch = number.activity().flatMap(_ -> text.activity()).observe(seen::add);
    number.set(new Ok<>(1));

    watch.close();

    assertThat(number.running()).isFalse();
    assertThat(text.running()).isFalse();
  }

  @Test
  void allTellsTheStatesInOrder() {
    var second = new Variable<Integer>();
    Activity.all(List.of(number.activity(), second.activity())).observe(seen::add);

    second.set(new Ok<>(2));
    number.set(new Failed<>("gone"));

    assertThat(seen)
        .containsExactly(
            new Ok<>(List.of(new Pending<>(), new Pending<>())),
            new Ok<>(List.of(new Pending<>(), new Ok<>(2))),
            new Ok<>(List.of(new Failed<>("gone"), new Ok<>(2))));
  }

  @Test
  void allOfNothingIsKnown() {
    Activity.all(List.<Activity<Integer>>of()).observe(seen::add);

    assertThat(seen).containsExactly(new Ok<>(List.of()));
  }
}

package fairlead.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnTest {
  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
  private final Turn turn = Turn.of(channel.eventLoop());
  private final List<String> done = new ArrayList<>();

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void aTurnHasOneTimeAndTheNextALaterOne() {
    long first = turn.nanoTime();
    ticker.advance(5, TimeUnit.MILLISECONDS);

    assertThat(turn.nanoTime()).isEqualTo(first);

    channel.runPendingTasks();

    assertThat(turn.nanoTime() - first).isEqualTo(5_000_000);
  }

  @Test
  void whatIsDueRunsOnceAtTheEndInOrder() {
    for (int i = 0; i < 40; i++) {
      String name = "task " + i;
      turn.atEnd(() -> done.add(name));
    }
    assertThat(done).isEmpty();

    channel.runPendingTasks();
    channel.runPendingTasks();

    assertThat(done).hasSize(40).startsWith("task 0", "task 1").endsWith("task 39");
  }

  @Test
  void whatATaskAsksForComesAtTheNextEnd() {
    turn.atEnd(
        () -> {
          turn.atEnd(() -> done.add("asked for"));
          done.add("asking");
        });
    turn.atEnd(() -> done.add("beside"));

    channel.runPendingTasks();

    assertThat(done).containsExactly("asking", "beside", "asked for");
  }

  @Test
  void whatComesBehindAReadRunsOnceAtItsEndOrAtTheTurns() {
    turn.behindRead(() -> done.add("read"));
    turn.readDone();
    turn.atEnd(() -> done.add("end"));
    turn.behindRead(() -> done.add("no more reads"));
    assertThat(done).containsExactly("read");

    channel.runPendingTasks();

    assertThat(done).containsExactly("read", "no more reads", "end");
  }

  @Test
  void oneThatFailsTakesNoOtherWithIt() {
    turn.atEnd(
        () -> {
          throw new IllegalStateException("broken");
        });
    turn.atEnd(() -> done.add("beside"));

    channel.runPendingTasks();

    assertThat(done).containsExactly("beside");
  }

  @Test
  void aLoopHasOneAndAnotherLoopAnother() {
    var other = new EmbeddedChannel();

    assertThat(Turn.of(channel.eventLoop())).isNotSameAs(Turn.of(other.eventLoop()));

    other.finishAndReleaseAll();
  }
}

package fairlead.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.DefaultEventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopSerialExecutorTest {
  private final DefaultEventExecutor loop = new DefaultEventExecutor();
  private final LoopSerialExecutor executor = new LoopSerialExecutor(loop);

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void runsTasksInOrderInside() {
    List<String> ran = new CopyOnWriteArrayList<>();
    executor.execute(() -> ran.add("first " + executor.inside()));
    executor.execute(() -> ran.add("second " + executor.inside()));

    idle();

    assertThat(ran).containsExactly("first true", "second true");
    assertThat(executor.inside()).isFalse();
  }

  @Test
  void aBrokenTaskDoesNotStopTheOthers() {
    List<String> ran = new CopyOnWriteArrayList<>();
    executor.execute(
        () -> {
          throw new IllegalStateException("planted");
        });
    executor.execute(() -> ran.add("next"));

    idle();

    assertThat(ran).containsExactly("next");
  }

  @Test
  void runsATimerUnlessItsWatchIsClosed() {
    List<String> ran = new CopyOnWriteArrayList<>();
    var done = new CompletableFuture<Boolean>();

    // Set and closed in one task, so that the first cannot have run in between.
    executor.execute(
        () -> {
          executor.after(Duration.ZERO, () -> ran.add("closed")).close();
          executor.after(Duration.ZERO, () -> done.complete(true));
        });

    assertThat(done.orTimeout(30, TimeUnit.SECONDS).join()).isTrue();
    assertThat(ran).isEmpty();
  }

  private void idle() {
    loop.submit(() -> {}).syncUninterruptibly();
  }
}

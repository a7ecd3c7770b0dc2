package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class LoopAdderTest {
  private static final int EACH = 100_000;

  @Test
  void nothingIsLostHoweverManyThreadsAdd() throws InterruptedException {
    var adder = new LoopAdder();
    var threads = new ArrayList<Thread>();
    var loops = LoopThread.factory("adding");
    for (int i = 0; i < 4; i++) {
      threads.add(loops.newThread(() -> count(adder)));
      threads.add(new Thread(() -> count(adder)));
    }

    threads.forEach(Thread::start);
    for (var thread : threads) {
      thread.join();
    }

    assertThat(adder.sum()).isEqualTo(8L * EACH);
  }

  @Test
  void loopsBeyondTheCellsShare() throws InterruptedException {
    var adder = new LoopAdder();
    var loops = LoopThread.factory("many");
    for (int i = 0; i < 300; i++) {
      var thread = loops.newThread(adder::increment);
      thread.start();
      thread.join();
    }

    assertThat(adder.sum()).isEqualTo(300);
  }

  private static void count(LoopAdder adder) {
    for (int i = 0; i < EACH; i++) {
      adder.add(2);
      adder.decrement();
    }
  }
}

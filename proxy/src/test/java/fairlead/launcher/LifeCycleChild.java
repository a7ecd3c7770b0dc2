package fairlead.launcher;

import fairlead.launcher.LifeCycle.Phase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** The program that {@link LifeCycleTest} sends signals to. */
final class LifeCycleChild {
  private LifeCycleChild() {}

  /** Arguments: what the routers do when drained ({@code end} or {@code hang}), limit in ms. */
  public static void main(String[] arguments) throws InterruptedException {
    var limit = Duration.ofMillis(Long.parseLong(arguments[1]));
    var life = new LifeCycle(limit, () -> System.out.println("last")).handleSignals();
    if (arguments[0].equals("start")) {
      System.out.println("starting");
      new CountDownLatch(1).await();
    }
    life.add(Phase.ADMIN, _ -> drained("admin", true));
    life.add(Phase.INCOMING, _ -> drained("incoming", true));
    life.add(Phase.OUTGOING, _ -> drained("outgoing", arguments[0].equals("end")));
    System.out.println("ready");
    new CountDownLatch(1).await();
  }

  private static CompletionStage<?> drained(String name, boolean ends) {
    System.out.println(name);
    return ends ? CompletableFuture.completedFuture(name) : new CompletableFuture<>();
  }
}

package fairlead.e2e;

import fairlead.e2e.Caller.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A caller with one keep-alive connection that asks without pause until it is told to go. Any
 * thread.
 */
final class PoliteCaller {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Thread thread;
  private volatile int answers;
  private volatile String outcome = "still asking";

  private PoliteCaller(InetSocketAddress target, String host) {
    this.thread = Thread.ofVirtual().start(() -> outcome = ask(target, host));
  }

  static PoliteCaller start(InetSocketAddress target, String host) {
    return new PoliteCaller(target, host);
  }

  private String ask(InetSocketAddress target, String host) {
    try (Caller caller = new Caller(target, PATIENCE)) {
      for (int count = 1; ; count++) {
        Answer answer = caller.send("GET", host, "/", "");
        if (answer.status() != 200) {
          return answer.status() + " " + answer.body();
        }
        answers = count;
        if (answer.closes()) {
          return "told to go";
        }
        Eventually.pause(Duration.ofMillis(20));
      }
    } catch (IOException e) {
      return e.toString();
    }
  }

  int answers() {
    return answers;
  }

  /** Waits for its end; {@code told to go} is the good one. */
  String outcome() throws InterruptedException {
    thread.join(PATIENCE);
    return outcome;
  }
}

package fairlead.http1;

import fairlead.http.Head;
import fairlead.http.HeaderNames;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code Expect: 100-continue} on a caller's connection (RFC 9110 §10.1.1): the backend is asked,
 * and what it says is passed on. One that says nothing for a while is taken not to know the
 * question, and we say it in its place. Either way the caller is told once. Event loop only.
 */
final class Expectation {
  /** Half of what curl waits before it sends the body unasked; most backends answer at once. */
  static final long PATIENCE_MILLIS = 500;

  private static final String CONTINUE = "100-continue";

  private final Runnable say;

  /** The caller of the running request waits, or waited, to be told. */
  private boolean asked;

  private boolean told;
  private boolean bodyBegan;
  private @Nullable Future<?> timer;

  /**
   * @param say tells the caller to go on, in our own name
   */
  Expectation(Runnable say) {
    this.say = say;
  }

  /**
   * A request begins. What nobody waits for is not asked: HTTP/1.0 does not know it, and without a
   * body there is nothing to go on with.
   *
   * @param bodyless the request has no body
   */
  void begin(Head request, boolean bodyless) {
    asked = request.expectsContinue() && !bodyless;
    told = false;
    bodyBegan = false;
    if (!asked) {
      drop(request);
    }
  }

  private static void drop(Head request) {
    for (int i = request.find(HeaderNames.EXPECT);
        i >= 0;
        i = request.find(HeaderNames.EXPECT, i + 1)) {
      if (request.valueIs(i, CONTINUE)) {
        request.removeAt(i);
      }
    }
  }

  /** A backend was asked and can take the body. */
  void wait(EventExecutor loop) {
    if (asked && !told && !bodyBegan && timer == null) {
      timer = loop.schedule(this::late, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Nobody can take the body now, or nobody need be told any more. */
  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** The caller sends its body unasked. */
  void bodyBegan() {
    bodyBegan = true;
    stop();
  }

  /** The backend sent an interim answer; whether it goes on to the caller. */
  boolean passes(int status) {
    if (status != 100 || !asked) {
      return true;
    }
    boolean first = !told;
    told = true;
    stop();
    return first;
  }

  private void late() {
    timer = null;
    told = true;
    say.run();
  }
}

package fairlead.client.control;

import fairlead.activity.SerialExecutor;
import fairlead.client.control.ControlResult.Cause;
import fairlead.client.control.ControlResult.Failed;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks an origin that takes no connection only now and then, one request at a time; all others fail
 * at once as that one did ({@code failFast: true}, {@code spec/discovery.md} §3.1). Control
 * executor only.
 */
public final class FailFastClient implements ControlClient {
  private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final ControlClient client;
  private final SerialExecutor control;
  private final RandomGenerator random;
  private @Nullable Failed down;
  private boolean trying;
  private long tryAtNanos;

  public FailFastClient(ControlClient client, SerialExecutor control, RandomGenerator random) {
    this.client = client;
    this.control = control;
    this.random = random;
  }

  @Override
  public void get(ControlRequest request, Consumer<ControlResult> done) {
    Failed last = down;
    if (last != null && (trying || control.nanos() - tryAtNanos < 0)) {
      control.execute(() -> done.accept(last));
      return;
    }
    trying = last != null;
    client.get(
        request,
        result -> {
          learn(result);
          done.accept(result);
        });
  }

  private void learn(ControlResult result) {
    trying = false;
    if (result instanceof Failed failed && isNobodyThere(failed.cause())) {
      down = failed;
      tryAtNanos =
          control.nanos() + LONGEST_PAUSE_NANOS / 2 + random.nextLong(LONGEST_PAUSE_NANOS / 2);
    } else {
      down = null;
    }
  }

  private static boolean isNobodyThere(Cause cause) {
    return cause == Cause.REFUSED || cause == Cause.UNRESOLVED;
  }

  @Override
  public long interruptions() {
    return client.interruptions();
  }

  @Override
  public void close() {
    client.close();
  }
}

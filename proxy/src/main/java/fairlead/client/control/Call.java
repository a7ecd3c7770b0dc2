package fairlead.client.control;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request on its way. Owned by the client's event loop. */
final class Call {
  private final ControlRequest request;
  private final Consumer<ControlResult> done;
  private @Nullable Future<?> deadline;
  private @Nullable Connection connection;
  private boolean finished;

  Call(ControlRequest request, Consumer<ControlResult> done) {
    this.request = request;
    this.done = done;
  }

  ControlRequest request() {
    return request;
  }

  Consumer<ControlResult> done() {
    return done;
  }

  boolean finished() {
    return finished;
  }

  void arm(EventLoop loop, Runnable expired) {
    deadline = loop.schedule(expired, request.deadline().toNanos(), TimeUnit.NANOSECONDS);
  }

  void on(Connection taken) {
    connection = taken;
  }

  /** Whether this was the end; a connection still busy with the call is closed. */
  boolean finish() {
    if (finished) {
      return false;
    }
    finished = true;
    if (deadline != null) {
      deadline.cancel(false);
    }
    if (connection != null) {
      connection.abandon(this);
    }
    return true;
  }
}

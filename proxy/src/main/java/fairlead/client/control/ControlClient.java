package fairlead.client.control;

import java.util.function.Consumer;

/** Asks one origin over HTTP. Any thread. */
public interface ControlClient extends AutoCloseable {
  /**
   * Sends {@code request} once there is a connection for it. {@code done} is called exactly once,
   * inside the control plane's executor; the request's deadline counts from the moment it leaves
   * the queue.
   */
  void get(ControlRequest request, Consumer<ControlResult> done);

  /** How often the origin has ended a connection by itself, as it does when it dies. Any thread. */
  default long interruptions() {
    return 0;
  }

  /** Closes every connection; what is under way ends as {@link ControlResult.Cause#CLOSED}. */
  @Override
  default void close() {}
}

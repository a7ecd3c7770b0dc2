package fairlead.routing;

import java.io.IOException;

/** Nothing is sent to an endpoint that refused a connection, until it takes one again. */
final class CutOffException extends IOException {
  CutOffException() {
    super("it refused a connection, and has not taken one since");
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}

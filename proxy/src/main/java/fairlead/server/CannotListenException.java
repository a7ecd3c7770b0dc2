package fairlead.server;

import java.io.IOException;
import java.net.InetSocketAddress;

/** An address that was asked for cannot be had; the cause is the system's reason. */
public final class CannotListenException extends IOException {
  private final transient InetSocketAddress address;

  public CannotListenException(InetSocketAddress address, Throwable cause) {
    super(
        address.getAddress().getHostAddress() + ":" + address.getPort() + ": " + cause.getMessage(),
        cause);
    this.address = address;
  }

  public InetSocketAddress address() {
    return address;
  }
}

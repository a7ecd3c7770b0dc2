package fairlead.server;

import fairlead.config.Block;
import fairlead.config.Protocol;
import fairlead.http1.Patience;
import fairlead.server.ServerConfig.SocketOptions;

/** Reads what a listener protects itself with: but for the timeouts, keys of our own. */
final class GuardConfigReader {
  private GuardConfigReader() {}

  static GuardConfig read(Block server, Protocol protocol, SocketOptions options) {
    var requestTimeout = server.millis("timeoutMs", 1);
    if (protocol != Protocol.HTTP) {
      return GuardConfig.DEFAULT;
    }
    var usual = Patience.DEFAULT;
    return new GuardConfig(
        new Patience(
            server.millis("headTimeoutMs", usual.head(), 1),
            server.millis("bodyTimeoutMs", usual.body(), 1),
            server.integer("bodyMinBytesPerSec", usual.bodyBytesPerSecond(), 0, Integer.MAX_VALUE),
            options.writeTimeout() == null ? usual.write() : options.writeTimeout(),
            options.readTimeout()),
        requestTimeout);
  }
}

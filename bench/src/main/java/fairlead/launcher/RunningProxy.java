package fairlead.launcher;

import fairlead.config.ConfigText;
import fairlead.identity.Machine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;

/** A whole proxy in this process, with one event loop, for measurements from within. */
public final class RunningProxy implements AutoCloseable {
  private final Proxy proxy;

  private RunningProxy(Proxy proxy) {
    this.proxy = proxy;
  }

  /**
   * Starts what {@code yaml} asks for. Blocks.
   *
   * @throws IOException when the configuration has a fault or a port cannot be had
   */
  public static RunningProxy start(String yaml) throws IOException {
    var loaded =
        ConfigurationLoader.load(ConfigText.of("bench.yaml", yaml), Machine.real(Map.of()));
    var configuration = loaded.configuration();
    if (configuration == null) {
      throw new IOException(loaded.problems().show().strip());
    }
    return new RunningProxy(Proxy.start(configuration, ShownConfig.NOTHING, 1, _ -> {}));
  }

  /** Where the first server of this router listens. */
  public InetSocketAddress address(String label) {
    return proxy.addresses(label).getFirst();
  }

  @Override
  public void close() {
    proxy.close();
  }
}

package fairlead.launcher.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Runs one instance of Fairlead, as a host of the fleet would. Blocks; not on an event loop. */
@FunctionalInterface
public interface DemoHost {
  /**
   * Starts one and returns when it listens.
   *
   * @param config the YAML, the same for every host
   * @param environment what its variables stand for on this host
   * @throws IOException when a port cannot be had or the configuration has faults
   */
  Running start(String config, Map<String, String> environment) throws IOException;

  /** An instance that runs. */
  interface Running {
    /** What {@code fairlead explain} says of a request for {@code url} on this router. Blocks. */
    String explain(String url, String router);

    /** Drains it, at most for {@code grace}. */
    CompletionStage<?> close(Duration grace);
  }
}

package fairlead.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * What identity is read from. Production and tests differ only here.
 *
 * @param imds base address of EC2 instance metadata
 * @param network this machine's interfaces as this process sees them
 * @param inContainer whether this process runs in a container
 * @param limit of one try of one request
 */
public record Machine(
    Map<String, String> environment,
    String imds,
    Network network,
    boolean inContainer,
    Duration limit,
    Waiting waiting) {
  private static final String IMDS = "http://169.254.169.254";
  private static final Duration LIMIT = Duration.ofSeconds(1);

  public Machine {
    environment = Map.copyOf(environment);
  }

  /** Passes time between two looks at something that is not ready. Blocks. */
  @FunctionalInterface
  public interface Waiting {
    /** Comes back after {@code pause}; false when time is up, as the thread was interrupted. */
    boolean pause(Duration pause);
  }

  /** The machine this runs on; {@code AWS_EC2_METADATA_SERVICE_ENDPOINT} may name another base. */
  public static Machine real(Map<String, String> environment) {
    String base = environment.getOrDefault("AWS_EC2_METADATA_SERVICE_ENDPOINT", IMDS);
    return new Machine(
        environment,
        base.endsWith("/") ? base.substring(0, base.length() - 1) : base,
        Network.real(),
        isInContainer(environment),
        LIMIT,
        Machine::park);
  }

  private static boolean isInContainer(Map<String, String> environment) {
    return environment.containsKey("ECS_CONTAINER_METADATA_URI_V4")
        || environment.containsKey("ECS_CONTAINER_METADATA_FILE")
        || Files.exists(Path.of("/.dockerenv"))
        || Files.exists(Path.of("/run/.containerenv"))
        || ProcessHandle.current().pid() == 1;
  }

  private static boolean park(Duration pause) {
    LockSupport.parkNanos(pause.toNanos());
    return !Thread.currentThread().isInterrupted();
  }

  /** The text of a file. */
  String read(String file) throws IOException {
    return Files.readString(Path.of(file));
  }
}

package fairlead.e2e;

import fairlead.identity.FakeMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** AWS's metadata services on one host, at the addresses where AWS has them. */
final class Metadata {
  /** Where ECS tells the container {@code me} about itself. */
  static final Map<String, String> ECS =
      Map.of("ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/me");

  private static final Duration START = Duration.ofSeconds(30);

  private Metadata() {}

  /** Starts them for a host in host network mode that takes version 2 only; answers on return. */
  static Program start(Place host) {
    return start(host, "v2-only");
  }

  /** As above, with EC2's part behaving so: a value of {@link FakeMetadata.Imds} with dashes. */
  static Program start(Place host, String imds) {
    List<String> command =
        List.of(
            Parts.java(),
            "-Xmx32m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            Parts.testClasses().toString(),
            FakeMetadata.class.getName(),
            host.address(),
            "host",
            imds,
            "169.254.169.254:80",
            "169.254.170.2:80");
    Program program = host.start("metadata", Map.of(), command);
    program.awaitLine("169.254.170.2", START);
    return program;
  }
}

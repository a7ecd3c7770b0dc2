package fairlead.identity;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Machines for tests: nothing of the one that the test runs on shows through. */
public final class Machines {
  /** Refuses at once: nothing listens on port 1 of loopback. */
  public static final String NOBODY = "http://127.0.0.1:1";

  /** An agent that is not there. */
  public static final ConsulPlace NO_CONSUL = new ConsulPlace("127.0.0.1", 1, null, null);

  private static final Network BRIDGE =
      new Network(
          Map.of("eth0", List.of(InetAddress.ofLiteral("172.17.0.5"))),
          "eth0",
          InetAddress.ofLiteral("172.17.0.1"),
          "f00dcafe");
  private static final Network HOST =
      new Network(
          Map.of(
              "docker0", List.of(InetAddress.ofLiteral("172.17.0.1")),
              "ens5",
                  List.of(InetAddress.ofLiteral("fe80::1"), InetAddress.ofLiteral("10.1.0.11"))),
          "ens5",
          InetAddress.ofLiteral("10.1.0.1"),
          "ip-10-1-0-11");

  private Machines() {}

  /** A container on a bridge with these variables and EC2 metadata at {@code imds}. */
  public static Machine container(Map<String, String> environment, String imds) {
    return new Machine(environment, imds, BRIDGE, true, Duration.ofSeconds(10), _ -> true);
  }

  /** A container that shares the network of the host 10.1.0.11. */
  public static Machine onHostNetwork(Map<String, String> environment) {
    return new Machine(environment, NOBODY, HOST, true, Duration.ofSeconds(10), _ -> true);
  }

  /** The host 10.1.0.11 itself, without a container. */
  public static Machine host(Map<String, String> environment) {
    return new Machine(environment, NOBODY, HOST, false, Duration.ofSeconds(10), _ -> true);
  }

  /** The same, but for how long one try may take and how time passes. */
  public static Machine with(Machine machine, Duration limit, Machine.Waiting waiting) {
    return new Machine(
        machine.environment(),
        machine.imds(),
        machine.network(),
        machine.inContainer(),
        limit,
        waiting);
  }
}

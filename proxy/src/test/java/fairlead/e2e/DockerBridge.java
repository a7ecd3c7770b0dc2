package fairlead.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The network of a container in bridge mode on one of the {@link Hosts}, as docker lays it: an
 * address behind the host, which is its gateway, and ports of the host translated to it. One
 * thread.
 */
final class DockerBridge implements AutoCloseable {
  /** The host, to every container on it: where services find the mesh. */
  static final String GATEWAY = "172.17.0.1";

  private static final String CONTAINER = "172.17.0.2";
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final String host;
  private final String namespace;

  private DockerBridge(String host) {
    this.host = host;
    this.namespace = host + "-c";
  }

  /** Publishes {@code ports} of the container under the same numbers on the host. */
  static DockerBridge on(Hosts hosts, String name, List<Integer> ports) {
    DockerBridge bridge = new DockerBridge(hosts.namespace(name));
    bridge.join();
    for (int port : ports) {
      bridge.publish(hosts.host(name).address(), port);
      bridge.publish(GATEWAY, port);
    }
    // A container that calls a port of its own host must get the answer from there.
    bridge.onHost(
        "iptables -t nat -A POSTROUTING -s " + GATEWAY + "/16 ! -d " + GATEWAY + " -j MASQUERADE");
    return bridge;
  }

  private void join() {
    Hosts.ip("netns", "add", namespace);
    Hosts.ip("-n", namespace, "link", "set", "lo", "up");
    onHost("ip link add docker0 type veth peer name eth0 netns " + namespace);
    onHost("ip addr add " + GATEWAY + "/16 dev docker0");
    onHost("ip link set docker0 up");
    Hosts.ip("-n", namespace, "addr", "add", CONTAINER + "/16", "dev", "eth0");
    Hosts.ip("-n", namespace, "link", "set", "eth0", "up");
    Hosts.ip("-n", namespace, "route", "add", "default", "via", GATEWAY);
    onHost("echo 1 > /proc/sys/net/ipv4/ip_forward");
  }

  private void publish(String address, int port) {
    onHost(
        "iptables -t nat -A PREROUTING -d "
            + address
            + " -p tcp --dport "
            + port
            + " -j DNAT --to-destination "
            + CONTAINER);
  }

  private void onHost(String command) {
    Program.run(DEADLINE, "ip", "netns", "exec", host, "sh", "-c", command);
  }

  /** As podman wants it. */
  String podmanNetwork() {
    return "ns:/run/netns/" + namespace;
  }

  /** What a service in bridge mode gets for a GET with this {@code Host}, sent to its host. */
  String getFromInside(int port, String service) {
    String script =
        """
        exec 3<>/dev/tcp/%s/%d
        printf 'GET / HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' >&3
        timeout 10 cat <&3
        """
            .formatted(GATEWAY, port, service);
    List<String> command = List.of("ip", "netns", "exec", namespace, "bash", "-c", script);
    try (Program program = Program.start("caller in a container", command, Map.of())) {
      program.awaitExit(DEADLINE);
      return program.output();
    }
  }

  @Override
  public void close() {
    onHost("iptables -t nat -F");
    Hosts.remove(namespace);
  }
}

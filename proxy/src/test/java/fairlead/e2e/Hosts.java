package fairlead.e2e;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Hosts on one machine: a network namespace each, joined by a bridge in a namespace of its own.
 * This JVM stands beside them, as the world does, on address {@code .254}. All names are of this
 * run only; all is taken away at the end. One thread.
 *
 * <p>Each host has AWS's metadata addresses on its loopback device, so that a server of the test
 * can answer there.
 */
final class Hosts implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final List<String> METADATA = List.of("169.254.169.254/32", "169.254.170.2/32");

  private final String run;
  private final String net;
  private final Map<String, Place> hosts = new LinkedHashMap<>();

  private Hosts(String run, String net) {
    this.run = run;
    this.net = net;
  }

  /** Skips the test where it cannot be done. At most nine hosts; names of one or two letters. */
  static Hosts create(String... names) {
    Parts.needNetworkNamespaces();
    RandomGenerator random = RandomGenerator.getDefault();
    String run = "fl" + Integer.toString(random.nextInt(36 * 36 * 36, 36 * 36 * 36 * 36), 36);
    Hosts made = new Hosts(run, freeNet(random));
    try {
      made.build(List.of(names));
      return made;
    } catch (AssertionError e) {
      made.close();
      throw e;
    }
  }

  /**
   * A /24 of the range for tests between networks (RFC 2544) that no other run on this machine has.
   */
  private static String freeNet(RandomGenerator random) {
    while (true) {
      String net = "198.18." + random.nextInt(1, 255) + ".";
      if (!taken(net)) {
        return net;
      }
    }
  }

  private static boolean taken(String net) {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .anyMatch(address -> address.getHostAddress().startsWith(net));
    } catch (SocketException e) {
      throw new AssertionError("interfaces of this machine", e);
    }
  }

  private void build(List<String> names) {
    ip("netns", "add", bridge());
    ip("-n", bridge(), "link", "set", "lo", "up");
    ip("-n", bridge(), "link", "add", "br0", "type", "bridge");
    ip("-n", bridge(), "link", "set", "br0", "up");
    for (String name : names) {
      addHost(name, net + (10 + hosts.size()));
    }
    ip("link", "add", run + "w", "type", "veth", "peer", "name", "world", "netns", bridge());
    plug("world");
    ip("addr", "add", net + "254/24", "dev", run + "w");
    ip("link", "set", run + "w", "up");
  }

  private void addHost(String name, String address) {
    String namespace = run + "-" + name;
    ip("netns", "add", namespace);
    hosts.put(name, new Place(name, address, List.of("ip", "netns", "exec", namespace)));
    ip("-n", namespace, "link", "set", "lo", "up");
    for (String metadata : METADATA) {
      ip("-n", namespace, "addr", "add", metadata, "dev", "lo");
    }
    ip(
        "-n",
        namespace,
        "link",
        "add",
        "eth0",
        "type",
        "veth",
        "peer",
        "name",
        "v-" + name,
        "netns",
        bridge());
    ip("-n", namespace, "addr", "add", address + "/24", "dev", "eth0");
    ip("-n", namespace, "link", "set", "eth0", "up");
    plug("v-" + name);
  }

  private void plug(String port) {
    ip("-n", bridge(), "link", "set", port, "master", "br0", "up");
  }

  private String bridge() {
    return run + "-br";
  }

  Place host(String name) {
    Place host = hosts.get(name);
    if (host == null) {
      throw new IllegalArgumentException(
          "host: " + name + " (expected: one of " + hosts.keySet() + ")");
    }
    return host;
  }

  /** The name of a host's namespace. */
  String namespace(String name) {
    return run + "-" + host(name).name();
  }

  /** The namespace as podman wants it: {@code ns:PATH}. */
  String podmanNetwork(String name) {
    return "ns:/run/netns/" + namespace(name);
  }

  /** Pulls the cable: packets vanish, nobody is told. */
  void cut(String name) {
    ip("-n", bridge(), "link", "set", "v-" + host(name).name(), "down");
  }

  void mend(String name) {
    ip("-n", bridge(), "link", "set", "v-" + host(name).name(), "up");
  }

  static void ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    Program.run(DEADLINE, command.toArray(String[]::new));
  }

  /** Ends what still runs in these namespaces and takes them away. */
  @Override
  public void close() {
    List<String> namespaces =
        new ArrayList<>(hosts.keySet().stream().map(name -> run + "-" + name).toList());
    namespaces.add(bridge());
    namespaces.forEach(Hosts::remove);
    quietly("ip", "link", "del", run + "w");
  }

  /** Ends what still runs in a namespace of ours and takes it away. */
  static void remove(String namespace) {
    quietly("ip", "netns", "pids", namespace)
        .lines()
        .filter(line -> line.matches("[0-9]+"))
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
        .forEach(ProcessHandle::destroyForcibly);
    quietly("ip", "netns", "del", namespace);
  }

  private static String quietly(String... command) {
    try (Program program = Program.start(command[0], List.of(command), Map.of())) {
      program.awaitExit(DEADLINE);
      return program.output();
    }
  }
}

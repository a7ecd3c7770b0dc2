package fairlead.identity;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The interfaces of this machine or container that are up. Immutable.
 *
 * @param addresses by interface name
 * @param defaultInterface the one with the default route; null when there is none
 * @param gateway the next hop of the default route; null when there is none
 * @param hostName this machine's or container's name
 */
public record Network(
    Map<String, List<InetAddress>> addresses,
    @Nullable String defaultInterface,
    @Nullable InetAddress gateway,
    String hostName) {
  private static final Path ROUTES = Path.of("/proc/net/route");
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  public Network {
    addresses = Map.copyOf(addresses);
  }

  /** As the system tells it now. Blocks shortly. */
  static Network real() {
    String[] route = defaultRoute();
    return new Network(
        up(), route == null ? null : route[0], route == null ? null : hexAddress(route[2]), name());
  }

  /** Whether {@code address} is one of this machine's, loopback apart. */
  boolean has(InetAddress address) {
    return addresses.values().stream().anyMatch(all -> all.contains(address));
  }

  /** The first IPv4 address of the interface with the default route, or null. */
  @Nullable InetAddress primary() {
    if (defaultInterface == null) {
      return null;
    }
    return addresses.getOrDefault(defaultInterface, List.of()).stream()
        .filter(a -> a instanceof java.net.Inet4Address)
        .findFirst()
        .orElse(null);
  }

  private static Map<String, List<InetAddress>> up() {
    Map<String, List<InetAddress>> found = new LinkedHashMap<>();
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        if (each.isUp() && !each.isLoopback()) {
          found.put(each.getName(), new ArrayList<>(each.inetAddresses().toList()));
        }
      }
    } catch (SocketException _) {
      return Map.of(); // no interfaces can be told: every question about them is answered with no
    }
    return found;
  }

  private static String @Nullable [] defaultRoute() {
    try (Stream<String> lines = Files.lines(ROUTES)) {
      return lines
          .map(line -> line.split("\\s+", -1))
          .filter(f -> f.length > 7 && f[1].equals("00000000") && f[7].equals("00000000"))
          .findFirst()
          .orElse(null);
    } catch (IOException | java.io.UncheckedIOException _) {
      return null; // not Linux, or no network at all
    }
  }

  /** The kernel writes the four bytes in the machine's order: little-endian on what we run on. */
  private static @Nullable InetAddress hexAddress(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    try {
      return InetAddress.getByAddress(new byte[] {bytes[3], bytes[2], bytes[1], bytes[0]});
    } catch (UnknownHostException _) {
      return null;
    }
  }

  private static String name() {
    try {
      return Files.readString(HOST_NAME).strip();
    } catch (IOException _) {
      return "";
    }
  }
}

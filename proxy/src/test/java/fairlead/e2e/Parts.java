package fairlead.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** What these tests are made of, and the one line that says why a part cannot be had. */
final class Parts {
  /** The folder of the checkout. */
  static final Path ROOT =
      Path.of(System.getProperty("fairlead.root", "..")).toAbsolutePath().normalize();

  private static final Path TARGET = ROOT.resolve("proxy/target");
  private static final Duration FETCH = Duration.ofMinutes(4);

  /** Where the ports begin that Linux gives to who asks for any (ip_local_port_range). */
  private static final int EPHEMERAL_PORTS = 32_768;

  /** Another JVM of these tests begins elsewhere. */
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(20_000 + (int) (ProcessHandle.current().pid() % 10_000));

  private Parts() {}

  /** The Consul program, fetched once if need be. */
  static String consul() {
    return fetch("consul");
  }

  /** nginx, which stands in Kong's place. */
  static String nginx() {
    return fetch("nginx");
  }

  /** Runs {@code src/test/sh/fetch-NAME}, which prints a path. */
  static String fetch(String name) {
    Path script = ROOT.resolve("proxy/src/test/sh/fetch-" + name);
    try (Program fetch =
        Program.start("fetch-" + name, List.of("sh", script.toString()), Map.of())) {
      int exit = fetch.awaitExit(FETCH);
      String last = fetch.output().lines().reduce("", (a, b) -> b);
      assumeTrue(exit == 0, "skipped: " + name + " cannot be had: " + last);
      return last;
    }
  }

  /** Skips unless network namespaces can be made: Linux, root, iproute2. */
  static void needNetworkNamespaces() {
    assumeTrue(root(), "skipped: network namespaces need root");
    assumeTrue(installed("ip"), "skipped: network namespaces need ip (apt-get install iproute2)");
    try (Program list = Program.start("unshare", List.of("unshare", "--net", "true"), Map.of())) {
      assumeTrue(
          list.awaitExit(Duration.ofSeconds(10)) == 0,
          "skipped: this machine allows no network namespaces");
    }
  }

  /** Skips unless this program is on the PATH. */
  static void needProgram(String program, String debianPackage) {
    assumeTrue(
        installed(program),
        "skipped: " + program + " is missing (apt-get install " + debianPackage + ")");
  }

  static boolean root() {
    return System.getProperty("user.name", "").equals("root");
  }

  static boolean installed(String program) {
    return List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)).stream()
        .anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The program under test: this build's, unless {@code -Dfairlead.classes} names another. */
  static Path classes() {
    return Path.of(System.getProperty("fairlead.classes", TARGET.resolve("classes").toString()));
  }

  /** The program under test as a jar that says that it is of this version, in {@code folder}. */
  static Path build(Path folder, String version) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
    Path jar = folder.resolve("fairlead-" + version + ".jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        Stream<Path> all = Files.walk(classes())) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes().relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    return jar;
  }

  static Path libraries() {
    return TARGET.resolve("lib");
  }

  static Path testClasses() {
    return TARGET.resolve("test-classes");
  }

  /**
   * A port of this loopback address that is free at this moment. No two calls get the same one, nor
   * does the system give it to who asks it for any port.
   */
  static int freePort(String address) throws IOException {
    for (int port = next(); port < EPHEMERAL_PORTS; port = next()) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(address))) {
        return socket.getLocalPort();
      } catch (BindException taken) {
        // The next one may be free.
      }
    }
    throw new IOException("no port is free below " + EPHEMERAL_PORTS);
  }

  private static int next() {
    return NEXT_PORT.getAndIncrement();
  }
}

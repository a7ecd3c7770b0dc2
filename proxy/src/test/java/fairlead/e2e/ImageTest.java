package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is in the image of {@code deploy/}, what it costs, and its health check. */
@ExtendWith(BuiltImage.class)
class ImageTest {
  private static final Path DEPLOY = Parts.ROOT.resolve("deploy");
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int TICKS_PER_SECOND = 100;

  private final Podman podman = BuiltImage.podman();

  @Test
  void holdsNothingToRunButJavaAndTheHealthCheck() throws IOException {
    List<String> programs =
        files(file -> permissions(file).contains(PosixFilePermission.OWNER_EXECUTE)).stream()
            .filter(name -> !name.contains(".so"))
            .toList();

    assertThat(programs).containsExactly("/opt/fairlead/bin/health", "/opt/fairlead/jre/bin/java");
    assertThat(files(file -> permissions(file).contains(PosixFilePermission.OTHERS_WRITE)))
        .as("writable by others")
        .isEmpty();
  }

  @Test
  void holdsTheNativesOfItsMachineBesideTheJars() throws IOException {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
    assertThat(files(file -> file.toString().contains("/opt/fairlead/native/")))
        .containsExactly(
            "/opt/fairlead/native/libnetty_tcnative_linux_" + machine + ".so",
            "/opt/fairlead/native/libnetty_transport_native_epoll_" + machine + ".so");
  }

  private List<String> files(Predicate<Path> wanted) throws IOException {
    Path root = Path.of(podman.output("image", "mount", podman.image()));
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(file -> Files.isRegularFile(file) && !Files.isSymbolicLink(file))
          .filter(wanted)
          .map(file -> "/" + root.relativize(file))
          .sorted()
          .toList();
    } finally {
      podman.exitOf("image", "unmount", podman.image());
    }
  }

  private static Set<PosixFilePermission> permissions(Path file) {
    try {
      return Files.getPosixFilePermissions(file);
    } catch (IOException e) {
      throw new AssertionError(file.toString(), e);
    }
  }

  @Test
  void startsFromTheAotCacheForLessThanWithout() throws Exception {
    Start with = start("-Xlog:aot=info:stderr");
    Start without = start("-XX:AOTMode=off");
    long bytes =
        Long.parseLong(podman.output("image", "inspect", "--format", "{{.Size}}", podman.image()));

    System.out.printf(
        "IMAGE %d MB; with the AOT cache: %s; without: %s%n", bytes / 1_000_000, with, without);
    assertThat(with.output()).contains("Using AOT-linked classes: true");
    assertThat(without.output()).doesNotContain("Using AOT-linked classes");
    assertThat(with.cpuMillis()).as("CPU until healthy").isLessThan(without.cpuMillis());
  }

  /** What a start took until the health check was content, and what it held then. */
  private record Start(long millis, long cpuMillis, long residentKib, String output) {
    @Override
    public String toString() {
      return "healthy after %d ms, %d ms of CPU, %d MiB resident"
          .formatted(millis, cpuMillis, residentKib / 1024);
    }
  }

  private Start start(String javaOption) throws IOException {
    List<String> options =
        List.of(
            "--network",
            "none",
            "--env",
            "LOCAL_IP=127.0.0.1",
            "--env",
            "JDK_JAVA_OPTIONS=" + javaOption,
            "--volume",
            DEPLOY.resolve("mesh-local-ip.yaml") + ":/etc/fairlead/mesh.yaml:ro");
    long begun = System.nanoTime();
    try (Container container = podman.start(options, List.of("run", "/etc/fairlead/mesh.yaml"))) {
      container.program().awaitLine("initialized", SOON);
      long millis = (System.nanoTime() - begun) / 1_000_000;
      int healthy = container.exec("/opt/fairlead/bin/health");
      String[] stat = container.proc("stat").replaceAll("^.*\\) ", "").split(" ", -1);
      long ticks = Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
      String resident = container.proc("status").replaceAll("(?s).*VmRSS:\\s*(\\d+) kB.*", "$1");

      assertThat(healthy).as("%s", container.tail()).isZero();
      return new Start(
          millis, ticks * 1000 / TICKS_PER_SECOND, Long.parseLong(resident), container.output());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\npong | 0 | ''
          HTTP/1.1 503 Service Unavailable\\r\\n\\r\\n           | 1 | HTTP/1.1 503 Service Unavailable
          HTTP/1.1 200 OK\\r\\n\\r\\nnot quite                   | 1 | HTTP/1.1 200 OK
          ''                                                     | 1 | closed
          """)
  void healthIsZeroForPongOnly(String answer, int expected, String said) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread serving =
          Thread.ofVirtual()
              .start(() -> serve(server, answer.replace("\\r", "\r").replace("\\n", "\n")));
      Checked checked = health("127.0.0.1:" + server.getLocalPort());
      serving.join(SOON);

      assertThat(checked.exit()).as(checked.output()).isEqualTo(expected);
      assertThat(checked.output()).endsWith(said);
    }
  }

  @Test
  void healthDoesNotWaitForAnAnswerThatDoesNotCome() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Checked checked = health("127.0.0.1:" + silent.getLocalPort());

      assertThat(checked.exit()).isEqualTo(1);
      assertThat(checked.output()).endsWith("no answer in time");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:1, Connection refused",
    "localhost:1, Connection refused",
    "host:9990, not an address; set FAIRLEAD_ADMIN to host:port",
    "70000, not an address; set FAIRLEAD_ADMIN to host:port"
  })
  void healthSaysInOneLineWhyNot(String admin, String why) {
    Checked checked = health(admin);

    assertThat(checked.exit()).isEqualTo(1);
    assertThat(checked.output().lines())
        .singleElement()
        .asString()
        .startsWith("health: " + admin + ": " + why);
  }

  private record Checked(int exit, String output) {}

  /** Runs the health check of the image, on this machine's network, against {@code admin}. */
  private Checked health(String admin) {
    List<String> options =
        List.of(
            "--network",
            "host",
            "--entrypoint",
            "/opt/fairlead/bin/health",
            "--env",
            "FAIRLEAD_ADMIN=" + admin);
    try (Container container = podman.start(options, List.of())) {
      return new Checked(container.awaitExit(SOON), container.output());
    }
  }

  private static void serve(ServerSocket server, String answer) {
    try (Socket socket = server.accept()) {
      for (int last4 = 0; last4 != 0x0d0a0d0a; ) {
        last4 = last4 << 8 | socket.getInputStream().read();
      }
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

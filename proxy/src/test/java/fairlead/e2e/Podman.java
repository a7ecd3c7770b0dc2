package fairlead.e2e;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** podman with a storage of its own, and the image of {@code deploy/} built by it. One thread. */
final class Podman implements AutoCloseable {
  private static final Duration BUILD = Duration.ofMinutes(4);
  private static final Duration SHORT = Duration.ofSeconds(60);
  private static final String BASE = "localhost/fairlead-base:bookworm-gcc";
  private static final String SETTINGS =
      """
      [containers]
      default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
      [engine]
      cgroup_manager = "cgroupfs"
      events_logger = "file"
      runtime = "runc"
      """;

  private final Path dir;
  private final List<String> engine;
  private final Map<String, String> environment;
  private final String image;
  private int containers;

  /**
   * @param dir of its settings, deleted at the end
   */
  private Podman(Path dir, List<String> engine, String image) {
    this.dir = dir;
    this.engine = engine;
    this.environment = Map.of("CONTAINERS_CONF", dir.resolve("containers.conf").toString());
    this.image = image;
  }

  /** Builds the image from the classes of this build; skips the test where it cannot be done. */
  static Podman build() throws IOException {
    assumeFalse(
        "0".equals(System.getenv("FAIRLEAD_CONTAINER_TESTS")),
        "skipped: FAIRLEAD_CONTAINER_TESTS=0");
    assumeTrue(Parts.root(), "skipped: containers with podman need root here");
    String program = Parts.fetch("podman");
    Path dir = Files.createTempDirectory("fairlead-image");
    Files.writeString(dir.resolve("containers.conf"), SETTINGS);
    Path storage = Path.of(System.getProperty("user.home"), ".cache/fairlead-test/podman");
    List<String> engine =
        List.of(
            program,
            "--root",
            storage.resolve("root").toString(),
            "--runroot",
            storage.resolve("run").toString());
    String image = "localhost/fairlead:test-" + ProcessHandle.current().pid();
    Podman podman = new Podman(dir, engine, image);
    podman.buildImage();
    return podman;
  }

  private void buildImage() throws IOException {
    Path jar = jar();
    List<String> command =
        new ArrayList<>(
            List.of(
                Parts.ROOT.resolve("deploy/image").toString(),
                "--engine",
                String.join(" ", engine),
                "--tag",
                image));
    command.addAll(List.of("--jar", jar.toString(), "--lib", Parts.libraries().toString()));
    command.addAll(jdk());
    command.addAll(List.of("--", "--layers=false", "--network=none"));
    try (Program build = Program.start("deploy/image", command, environment)) {
      int exit = build.awaitExit(BUILD);
      if (exit != 0) {
        throw new AssertionError("image: exit " + exit + build.tail());
      }
    }
  }

  /** A JDK image of an earlier run, else how to make one. */
  private List<String> jdk() {
    String made = "localhost/fairlead-builder:" + System.getProperty("java.version");
    if (exitOf("image", "exists", made) == 0) {
      return List.of("--jdk-base", made);
    }
    String base = Parts.fetch("base");
    assumeTrue(
        exitOf("import", "--quiet", base, BASE) == 0,
        "skipped: podman does not work on this machine");
    return List.of("--jdk", System.getProperty("java.home"), "--base", BASE);
  }

  private Path jar() throws IOException {
    Path jar = dir.resolve("fairlead.jar");
    List<String> arguments =
        List.of(
            "--create",
            "--file",
            jar.toString(),
            "--main-class",
            "fairlead.launcher.Main",
            "-C",
            Parts.classes().toString(),
            ".");
    int exit =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(System.out, System.err, arguments.toArray(String[]::new));
    if (exit != 0) {
      throw new IOException("jar: exit " + exit);
    }
    return jar;
  }

  /**
   * Starts a container as ECS would: nothing writable, no rights.
   *
   * @param options of the engine
   * @param arguments of the image's entry point
   */
  Container start(List<String> options, List<String> arguments) {
    containers++;
    String name = image.replaceAll("[^a-z0-9]+", "-") + "-" + containers;
    List<String> locked =
        List.of(
            "--read-only",
            "--read-only-tmpfs=false",
            "--cap-drop=all",
            "--security-opt=no-new-privileges",
            "--memory=384m");
    List<String> command =
        Stream.of(
                engine,
                List.of("run", "--rm", "--name", name),
                locked,
                options,
                List.of(image),
                arguments)
            .flatMap(List::stream)
            .toList();
    return new Container(this, name, Program.start("container " + name, command, environment));
  }

  private Program podman(String... arguments) {
    return Program.start(
        "podman", Stream.concat(engine.stream(), Stream.of(arguments)).toList(), environment);
  }

  /** Runs a podman command to its end. Returns what it printed, without the last newline. */
  String output(String... arguments) {
    try (Program program = podman(arguments)) {
      int exit = program.awaitExit(SHORT);
      if (exit != 0) {
        throw new AssertionError(String.join(" ", arguments) + ": exit " + exit + program.tail());
      }
      return program.output();
    }
  }

  int exitOf(String... arguments) {
    try (Program program = podman(arguments)) {
      return program.awaitExit(SHORT);
    }
  }

  String image() {
    return image;
  }

  @Override
  public void close() throws IOException {
    exitOf("rmi", "--force", image);
    for (String file : List.of("containers.conf", "fairlead.jar")) {
      Files.deleteIfExists(dir.resolve(file));
    }
    Files.deleteIfExists(dir);
  }
}

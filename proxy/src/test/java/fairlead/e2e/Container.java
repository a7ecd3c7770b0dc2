package fairlead.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** A running container of the image. One thread. */
final class Container implements AutoCloseable {
  private final Podman podman;
  private final String name;
  private final Program program;
  private final long begun = System.nanoTime();

  /**
   * @param program the engine's foreground command: its output and exit code are the container's
   */
  Container(Podman podman, String name, Program program) {
    this.podman = podman;
    this.name = name;
    this.program = program;
  }

  Program program() {
    return program;
  }

  /** Time since the engine was told to start it. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** What process 1 printed. */
  String output() {
    return program.output();
  }

  String tail() {
    return program.tail();
  }

  int awaitExit(Duration deadline) {
    return program.awaitExit(deadline);
  }

  /** SIGTERM to process 1 of the container, as the platform sends it. */
  void terminate() {
    podman.output("kill", "--signal", "TERM", name);
  }

  /** The exit code of a command of the image, run inside. */
  int exec(String... command) {
    return podman.exitOf(inside(command));
  }

  /** What a command of the image printed, run inside; it must end with 0. */
  String output(String... command) {
    return podman.output(inside(command));
  }

  private String[] inside(String... command) {
    return Stream.concat(Stream.of("exec", name), Stream.of(command)).toArray(String[]::new);
  }

  /** A file under {@code /proc/PID} of the container's process 1, as this machine sees it. */
  String proc(String file) throws IOException {
    String pid = podman.output("inspect", "--format", "{{.State.Pid}}", name);
    return Files.readString(Path.of("/proc", pid, file));
  }

  /** Killing the engine's command alone would leave the container. */
  @Override
  public void close() {
    podman.exitOf("rm", "--force", "--ignore", "--time", "0", name);
    program.close();
  }
}

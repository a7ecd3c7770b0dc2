package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real program in a process of its own. */
@Timeout(120)
class RunCommandTest {
  private static final String CONFIG =
      """
      admin: {port: 0, lingerMs: 0}
      routers:
      - protocol: http
        dtab: /svc => /$/inet/127.1/1
        servers: [{port: PORT}]
      """;

  @TempDir Path dir;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
  }

  @ParameterizedTest
  @CsvSource({"TERM,143", "INT,130"})
  void fault22_aSignalDrainsWithoutAWarning(String signal, int code) throws Exception {
    var program = start("0");
    try (var lines = program.inputReader()) {
      assertThat(awaitLine(lines, "initialized")).isNotEmpty();

      signal(program, signal);

      var rest = lines.lines().toList();
      assertThat(program.waitFor()).isEqualTo(code);
      assertThat(rest).hasSize(2).allMatch(line -> line.startsWith("I "));
      assertThat(rest.getFirst()).endsWith("Received SIG" + signal + ". Shutting down ...");
      assertThat(rest.getLast()).contains("LifeCycle: ended after ");
    }
  }

  @Test
  void aPlainStartDoesWithoutTheCommandLineLibrary() throws Exception {
    try (var lines = start("0").inputReader()) {
      assertThat(awaitLine(lines, "initialized")).isNotEmpty();
    }

    assertThat(Files.readString(dir.resolve("classes")))
        .contains("fairlead.launcher.Proxy ")
        .doesNotContain("picocli");
  }

  @Test
  void fault24_afterAKillTheNextStartIsClean() throws Exception {
    int port = free();
    var first = start(Integer.toString(port));
    try (var lines = first.inputReader()) {
      assertThat(awaitLine(lines, "initialized")).isNotEmpty();
    }
    first.destroyForcibly().waitFor();

    var second = start(Integer.toString(port));

    try (var lines = second.inputReader()) {
      assertThat(awaitLine(lines, "initialized")).isNotEmpty();
    }
  }

  @Test
  void aTakenPortIsOneLineAndExitCode69() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      var program = start(Integer.toString(port));

      String errors = new String(program.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(program.waitFor()).isEqualTo(69);
      assertThat(errors)
          .isEqualTo(
              file()
                  + ":5:20: routers[0].servers[0].port: "
                  + port
                  + " on 127.0.0.1 cannot be had: another process listens there; stop it, or"
                  + " choose another port\n");
    }
  }

  @Test
  void theLogIsOneJsonObjectALine() throws Exception {
    var program = start("0", "json");
    try (var lines = program.inputReader()) {
      assertThat(awaitLine(lines, "initialized")).startsWith("{\"time\":\"").endsWith("}");
    }
  }

  @Test
  void sigusr1PrintsTheFlightRecorderAndThingsGoOn() throws Exception {
    var program = start("0");
    try (var lines = program.inputReader();
        var dumped = program.errorReader()) {
      assertThat(awaitLine(lines, "initialized")).isNotEmpty();

      signal(program, "USR1");

      assertThat(awaitLine(dumped, "listens on port"))
          .startsWith("{\"at\":\"")
          .contains("\"kind\":\"listener\"")
          .endsWith("\"}");
      signal(program, "TERM");
      assertThat(program.waitFor()).isEqualTo(143);
    }
  }

  @Test
  void theFlightRecorderInTheStateDirectoryOutlivesAKill() throws Exception {
    var program = start("0", "text", "stateDir: " + dir + "\n" + CONFIG);
    try (var lines = program.inputReader()) {
      assertThat(awaitLine(lines, "initialized")).isNotEmpty();
    }

    program.destroyForcibly().waitFor();

    assertThat(Files.readAllLines(dir.resolve("recorder.jsonl")))
        .anyMatch(line -> line.contains("\"kind\":\"process\"") && line.contains("starts, "))
        .anyMatch(line -> line.contains("listens on port"));
  }

  private Path file() {
    return dir.resolve("f.yaml");
  }

  private Process start(String port) throws IOException {
    return start(port, "text");
  }

  private Process start(String port, String log) throws IOException {
    return start(port, log, CONFIG);
  }

  private Process start(String port, String log, String config) throws IOException {
    Files.writeString(file(), config.replace("PORT", port));
    var command = new ArrayList<String>();
    // Jobs that a shell starts in the background ignore SIGINT, and so do their children.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.add("-Xlog:class+load:file=" + dir.resolve("classes"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), file().toString()));
    var builder = new ProcessBuilder(command);
    builder.environment().put("FAIRLEAD_LOG", log);
    builder.environment().put("FAIRLEAD_LOG_LEVEL", "INFO");
    var process = builder.start();
    started.add(process);
    return process;
  }

  private static String awaitLine(BufferedReader lines, String part) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.contains(part)) {
      line = lines.readLine();
    }
    return String.valueOf(line);
  }

  private static void signal(Process process, String name)
      throws IOException, InterruptedException {
    new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor();
  }

  private static int free() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

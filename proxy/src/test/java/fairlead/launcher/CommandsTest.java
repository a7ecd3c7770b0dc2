package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator sees of each mistake on the command line; files are named relative to a dir. */
class CommandsTest {
  private static final String GOOD =
      "routers: [{protocol: http, dtab: /svc => /$/inet/127.1/1, servers: [{port: 4140}]}]\n";

  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private String standardInput = "";

  @BeforeEach
  void files() throws IOException {
    Files.writeString(dir.resolve("good.yaml"), GOOD);
    Files.writeString(dir.resolve("faulty.yaml"), "routers: []\n");
    Files.writeString(dir.resolve("empty.yaml"), "");
    Files.write(dir.resolve("binary.yaml"), new byte[] {'a', (byte) 0xff, (byte) 0xfe, 0});
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          check none.yaml      | 64 | fairlead: DIR/none.yaml: no such file; name an existing configuration file
          config none.yaml     | 64 | fairlead: DIR/none.yaml: no such file; name an existing configuration file
          run none.yaml        | 64 | fairlead: DIR/none.yaml: no such file; name an existing configuration file
          none.yaml            | 64 | fairlead: DIR/none.yaml: no such file; name an existing configuration file
          explain none.yaml http://web/ | 64 | fairlead: DIR/none.yaml: no such file; name an existing configuration file
          check .              | 64 | fairlead: DIR/.: a directory; name a file in it
          check /dev/null      | 64 | fairlead: /dev/null: not a regular file; write - and feed it to standard input
          check binary.yaml    | 78 | DIR/binary.yaml:1:2: not UTF-8; save the file in UTF-8
          check empty.yaml     | 78 | DIR/empty.yaml:1:1: the file is empty; a configuration has at least one router
          check -              | 78 | (stdin):1:1: the file is empty; a configuration has at least one router
          check faulty.yaml    | 78 | DIR/faulty.yaml:1:10: routers: the list is empty; write at least one router
          config faulty.yaml   | 78 | DIR/faulty.yaml:1:10: routers: the list is empty; write at least one router
          explain faulty.yaml http://web/ | 78 | DIR/faulty.yaml:1:10: routers: the list is empty; write at least one router
          check                | 64 | fairlead: no configuration; name a file, write - for standard input, or set $FAIRLEAD_CONFIG
          run                  | 64 | fairlead: no configuration; name a file, write - for standard input, or set $FAIRLEAD_CONFIG
          check good.yaml more | 64 | fairlead: 'more' is one argument too many; leave it out; see 'fairlead check --help'
          check --quick x      | 64 | fairlead: unknown option '--quick'; see 'fairlead check --help'
          --quick              | 64 | fairlead: unknown option '--quick'; see 'fairlead --help'
          chekc good.yaml      | 64 | fairlead: 'chekc' is no command and no file; did you mean 'check'? see 'fairlead --help'
          demoo                | 64 | fairlead: 'demoo' is no command and no file; did you mean 'demo'? see 'fairlead --help'
          explain              | 64 | fairlead: Missing required parameter: 'URL'; see 'fairlead explain --help'
          explain good.yaml    | 64 | fairlead: Missing required parameter: 'URL'; see 'fairlead explain --help'
          explain good.yaml http:// | 64 | fairlead: 'http://' is no URL with a host; write one such as http://web/users
          explain good.yaml http://a%zz/ | 64 | fairlead: 'http://a%zz/' is no URL with a host; write one such as http://web/users
          explain good.yaml http://web/ -H web | 64 | fairlead: header: 'web' is none; write one such as 'Host: web'
          explain good.yaml http://web/ -X G(T | 64 | fairlead: method: 'G(T' is none; write one such as GET
          demo --port x        | 64 | fairlead: Invalid value for option '--port': 'x' is not a port; use 0 to 65535; see 'fairlead demo --help'
          demo --port 99999    | 64 | fairlead: Invalid value for option '--port': '99999' is not a port; use 0 to 65535; see 'fairlead demo --help'
          demo --port -1       | 64 | fairlead: Invalid value for option '--port': '-1' is not a port; use 0 to 65535; see 'fairlead demo --help'
          health x             | 64 | fairlead: 'x' is one argument too many; leave it out; see 'fairlead health --help'
          """)
  void aMistakeIsOneLineThatSaysHowToMendIt(String line, int code, String expected) {
    assertThat(run(line.split(" "))).isEqualTo(code);
    assertThat(errors()).isEqualTo(expected + "\n");
    assertThat(output()).isEmpty();
  }

  @Test
  void nothingAtAllIsTheUsageOnStandardErrorAndExitCode64() {
    assertThat(run()).isEqualTo(64);
    assertThat(errors()).startsWith("Usage: fairlead CONFIG");
  }

  @Test
  void helpNamesEveryCommandExitCodeAndVariable() {
    assertThat(run("--help")).isZero();
    assertThat(output())
        .contains("run ", "check ", "config ", "explain ", "health ", "demo ")
        .contains("schema ", "doctor ")
        .contains("  0 ", "  1 ", "  64 ", "  69 ", "  78 ", "  143 ")
        .contains("FAIRLEAD_CONFIG", "FAIRLEAD_LOG", "FAIRLEAD_LOG_LEVEL", "FAIRLEAD_DRAIN_MS")
        .contains("FAIRLEAD_WORKERS", "FAIRLEAD_ADMIN");
    assertThat(output().lines()).allMatch(line -> line.length() <= 100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"run", "check", "config", "explain", "health", "demo", "schema", "doctor"})
  void everyCommandHasHelpAndTheVersion(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(output()).startsWith("Usage: fairlead " + command);
    out.reset();
    assertThat(run(command, "--version")).isZero();
    assertThat(output()).startsWith("fairlead ");
  }

  @Test
  void aGoodFileIsExitCode0() {
    assertThat(run("check", "good.yaml")).isZero();
    assertThat(output()).endsWith("good.yaml: good: 1 router, 0 namers\n");
  }

  @Test
  void standardInputIsADash() {
    standardInput = GOOD;

    assertThat(run("check", "-")).isZero();
    assertThat(output()).isEqualTo("(stdin): good: 1 router, 0 namers\n");
  }

  @Test
  void theConfigurationMayBeInTheEnvironment() {
    environment.put("FAIRLEAD_CONFIG", GOOD);

    assertThat(run("check")).isZero();
    assertThat(output()).isEqualTo("$FAIRLEAD_CONFIG: good: 1 router, 0 namers\n");
  }

  @Test
  void withoutArgumentsTheEnvironmentIsRun() {
    environment.put("FAIRLEAD_CONFIG", " ");

    assertThat(run()).isEqualTo(64);
    assertThat(errors()).startsWith("fairlead: no configuration; name a file");
  }

  @Test
  void flagsOfLinkerdsLauncherAreTakenAndTold() {
    assertThat(run("-log.level=DEBUG", "-validate", "good.yaml")).isZero();
    assertThat(errors()).isEqualTo("fairlead: -log.level=DEBUG has no effect; leave it out\n");
  }

  @Test
  void healthIsOneWhenNobodyAnswers() {
    environment.put("FAIRLEAD_ADMIN", "nowhere");

    assertThat(run("health")).isEqualTo(1);
    assertThat(errors()).contains("is no address; use host:port");
  }

  /** File names stand for files in the temporary folder. */
  private int run(String... args) {
    var here =
        List.of(args).stream()
            .map(arg -> arg.endsWith(".yaml") || arg.equals(".") ? dir + "/" + arg : arg)
            .toList();
    return Main.run(
        here,
        new Inputs(
            environment,
            new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8)));
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8).replace(dir.toString(), "DIR");
  }
}

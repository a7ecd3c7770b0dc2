package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import fairlead.launcher.ConfigurationLoader.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every example is a test: the good ones have no fault, the bad ones exactly those of their golden
 * file.
 */
class ExamplesTest {
  private static final Path EXAMPLES =
      Files.isDirectory(Path.of("examples")) ? Path.of("examples") : Path.of("../examples");

  static Stream<Named<Path>> good() throws IOException {
    return in(EXAMPLES);
  }

  static Stream<Named<Path>> bad() throws IOException {
    return in(EXAMPLES.resolve("bad"));
  }

  private static Stream<Named<Path>> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.toString().matches(".*\\.(yaml|json)"))
          .sorted()
          .map(f -> Named.of(f.getFileName().toString(), f))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void hasNoFault(Path file) throws IOException {
    String disco = EXAMPLES.resolve("disco").toString();
    var machine =
        Machines.host(
            Map.of(
                "LOCAL_IP",
                "10.1.0.11",
                "DISCO",
                disco,
                "DTAB_FILE",
                disco + "/rules.dtab",
                "STATE_DIR",
                EXAMPLES.toString(),
                "CONSUL_TOKEN_FILE",
                disco + "/web"));

    Loaded loaded = ConfigurationLoader.load(text(file), machine);

    assertThat(CheckText.check("f", loaded).err()).isEmpty();
    assertThat(loaded.configuration()).isNotNull();
    assertThat(CheckText.config(loaded).exitCode()).isZero();
  }

  @ParameterizedTest
  @MethodSource("bad")
  void hasExactlyTheFaultsOfItsGoldenFile(Path file) throws IOException {
    var machine = Machines.container(Map.of(), Machines.NOBODY);

    CheckText shown = CheckText.check("f", ConfigurationLoader.load(text(file), machine));

    Path golden = file.resolveSibling(file.getFileName() + ".expected");
    if ("update".equals(System.getProperty("golden"))) {
      Files.writeString(golden, shown.err());
    }
    assertThat(shown.err()).isEqualTo(Files.readString(golden));
    assertThat(shown.exitCode()).isEqualTo(78);
    assertThat(shown.err()).doesNotContain("not-to-be-seen");
  }

  private static ConfigText text(Path file) throws IOException {
    return ConfigText.of(file.getFileName().toString(), Files.readString(file));
  }
}

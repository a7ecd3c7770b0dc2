package fairlead.launcher;

import fairlead.config.ConfigText;
import fairlead.identity.Machine;
import fairlead.launcher.ConfigurationLoader.Loaded;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the process was given, and what every command does first with it: load the configuration.
 */
record Inputs(Map<String, String> environment, InputStream in, PrintStream out, PrintStream err) {
  Inputs {
    environment = Map.copyOf(environment);
  }

  static Inputs ofProcess() {
    return new Inputs(System.getenv(), System.in, System.out, System.err);
  }

  /** {@code fairlead check}. Blocks. */
  ExitCode check(@Nullable String config) {
    ConfigText text = open(config);
    return text == null ? ExitCode.USAGE : print(CheckText.check(text.file(), load(text)));
  }

  /** {@code fairlead config}. Blocks. */
  ExitCode show(@Nullable String config) {
    ConfigText text = open(config);
    return text == null ? ExitCode.USAGE : print(CheckText.config(load(text)));
  }

  private ExitCode print(CheckText text) {
    out.print(text.out());
    out.flush();
    err.print(text.err());
    return text.exitCode() == 0 ? ExitCode.OK : ExitCode.CONFIGURATION;
  }

  /**
   * The configuration's text; null when there is none, which was said on standard error. Blocks.
   */
  @Nullable ConfigText open(@Nullable String config) {
    try {
      return ConfigText.open(config, environment, in);
    } catch (IOException missing) {
      err.println("fairlead: " + missing.getMessage());
      return null;
    }
  }

  /** Parses, replaces variables, reads. Blocks. */
  Loaded load(ConfigText text) {
    return ConfigurationLoader.load(text, Machine.real(environment));
  }
}

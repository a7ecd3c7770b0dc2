package fairlead.launcher;

import fairlead.config.Yaml;
import fairlead.launcher.ConfigurationLoader.Loaded;

/**
 * What {@code fairlead check} and {@code fairlead config} print, and their exit code.
 *
 * @param out for standard output
 * @param err for standard error
 * @param exitCode 0, or 78 when the configuration has faults
 */
public record CheckText(String out, String err, int exitCode) {
  /** {@code EX_CONFIG} of sysexits. */
  public static final int FAULTY = 78;

  /** Every fault on standard error, or one good line. */
  public static CheckText check(String file, Loaded loaded) {
    if (loaded.configuration() == null) {
      return new CheckText("", loaded.problems().show(), FAULTY);
    }
    Configuration found = loaded.configuration();
    return new CheckText(
        file
            + ": good: "
            + count(found.routers().size(), "router")
            + ", "
            + count(found.namers().size(), "namer")
            + notes(loaded)
            + "\n",
        "",
        0);
  }

  /** The effective configuration as YAML; faults on standard error besides. */
  public static CheckText config(Loaded loaded) {
    String tree = loaded.tree() == null ? "" : Yaml.show(loaded.tree());
    if (loaded.configuration() == null) {
      return new CheckText("", loaded.problems().show(), FAULTY);
    }
    StringBuilder notes = new StringBuilder();
    loaded.notes().forEach(note -> notes.append("# ").append(note).append('\n'));
    return new CheckText(notes + tree, "", 0);
  }

  private static String notes(Loaded loaded) {
    return loaded.notes().isEmpty() ? "" : "; " + String.join("; ", loaded.notes());
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}

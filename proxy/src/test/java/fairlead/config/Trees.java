package fairlead.config;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.Setting.Mapping;
import java.util.Objects;

/** Trees from texts, for tests. */
final class Trees {
  private Trees() {}

  /** The tree of a text that has no fault; the file is called {@code f}. */
  static Mapping good(String text) {
    var problems = new Problems();
    Mapping tree = SettingReader.read(ConfigText.of("f", text), problems);
    assertThat(problems.show()).isEmpty();
    return Objects.requireNonNull(tree);
  }

  /** The faults of a text that cannot be read. */
  static String faults(String text) {
    var problems = new Problems();
    SettingReader.read(ConfigText.of("f", text), problems);
    return problems.show();
  }
}

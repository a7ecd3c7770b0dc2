package fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenFilesTest {
  @Test
  void fault25_halfOfTheDescriptorsAreKeptForOthers() {
    String limits =
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max cpu time              unlimited            unlimited            seconds
        Max open files            1024                 524288               files
        """;

    assertThat(OpenFiles.of(limits)).isEqualTo(new OpenFiles(512));
  }

  @Test
  void whereTheSystemDoesNotTellThereIsNoLimit() {
    assertThat(OpenFiles.of("")).isEqualTo(new OpenFiles(Integer.MAX_VALUE));
    assertThat(OpenFiles.of("Max open files            unlimited            unlimited  files\n"))
        .isEqualTo(new OpenFiles(Integer.MAX_VALUE));
  }
}

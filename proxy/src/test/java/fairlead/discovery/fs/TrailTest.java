package fairlead.discovery.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrailTest {
  @TempDir Path directory;

  @Test
  void ofAFileIsItsEntry() throws IOException {
    Path file = Files.writeString(directory.resolve("web"), "");

    assertThat(Trail.of(file)).containsExactly(entry(directory, "web"));
  }

  @Test
  void ofNoFileIsTheEntryThatMayCome() {
    assertThat(Trail.of(directory.resolve("web"))).containsExactly(entry(directory, "web"));
  }

  @Test
  void leadsOverLinksToFilesAndToDirectories() throws IOException {
    Files.writeString(Files.createDirectory(directory.resolve("..v1")).resolve("web"), "");
    Path data = Files.createSymbolicLink(directory.resolve("..data"), Path.of("..v1"));
    Path web = Files.createSymbolicLink(directory.resolve("web"), Path.of("..data/web"));

    assertThat(Trail.of(web))
        .containsExactlyInAnyOrder(
            entry(directory, "web"),
            entry(directory, "..data"),
            entry(directory, "..v1"),
            entry(data, "web"));
  }

  @Test
  void leadsOverEachLinkOfAChainInOtherDirectories() throws IOException {
    Path first = Files.createDirectory(directory.resolve("first"));
    Path second = Files.createDirectory(directory.resolve("second"));
    Path file = Files.writeString(directory.resolve("file"), "");
    Files.createSymbolicLink(second.resolve("b"), file);
    Files.createSymbolicLink(first.resolve("a"), Path.of("../second/b"));

    assertThat(Trail.of(first.resolve("a")))
        .containsExactlyInAnyOrder(
            entry(first, "a"), entry(first.resolve("../second"), "b"), entry(directory, "file"));
  }

  @Test
  void endsWhereLinksGoInACircle() throws IOException {
    Path circle = Files.createSymbolicLink(directory.resolve("circle"), Path.of("circle"));

    assertThat(Trail.of(circle)).containsExactly(entry(directory, "circle"));
  }

  private static Entry entry(Path in, String name) {
    return new Entry(in, Path.of(name));
  }
}

package fairlead.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of spec/routing.md §1. */
class PathsTest {
  static Stream<Arguments> paths() {
    return Stream.of(
        Arguments.of("/", List.of(), "/"),
        Arguments.of("/svc/web", List.of("svc", "web"), "/svc/web"),
        Arguments.of(
            "/$/inet/10.0.0.1/80", List.of("$", "inet", "10.0.0.1", "80"), "/$/inet/10.0.0.1/80"),
        Arguments.of("/a\\x2fb", List.of("a/b"), "/\\x61\\x2f\\x62"),
        Arguments.of("/a\\x2Fb", List.of("a/b"), "/\\x61\\x2f\\x62"),
        Arguments.of("  /a  # note", List.of("a"), "/a"),
        Arguments.of("# note\n /a", List.of("a"), "/a"),
        Arguments.of("/a#b", List.of("a#b"), "/a#b"),
        Arguments.of("/aZ09_:.#$%-", List.of("aZ09_:.#$%-"), "/aZ09_:.#$%-"),
        Arguments.of("/\\xff\\x00", List.of("\u00ff\u0000"), "/\\xff\\x00"));
  }

  @ParameterizedTest
  @MethodSource("paths")
  void readsAndShows(String text, List<String> elements, String shown) {
    Path path = Paths.parse(text);

    assertThat(path.elements()).isEqualTo(elements);
    assertThat(path.show()).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "/a/ ; label char expected but end of input found at '/a/[]' ; 3",
        "//a ; end of input expected but '/' found at '/[/]a' ; 1",
        "// ; end of input expected but '/' found at '/[/]' ; 1",
        "a ; '/' expected but 'a' found at '[a]' ; 0",
        "\"\" ; '/' expected but end of input found at '[]' ; 0",
        "/a b ; end of input expected but 'b' found at '/a [b]' ; 3",
        "/a~ ; end of input expected but '~' found at '/a[~]' ; 2",
        "/a\\y41 ; 'x' expected but 'y' found at '/a\\[y]41' ; 3",
        "/a\\x4g ; hex char expected but 'g' found at '/a\\x4[g]' ; 5",
        "/a\\x4 ; hex char expected but end of input found at '/a\\x4[]' ; 5",
        "/caf\u00e9 ; end of input expected but '\u00e9' found at '/caf[\u00e9]' ; 4",
        "[i]nvalid ; '/' expected but '[' found at '[[]i]nvalid' ; 0",
        "/$/io.buoyant.hostportPfx/h/[::1]:80 ; label char expected but '[' found at"
            + " '/$/io.buoyant.hostportPfx/h/[[]::1]:80' ; 28",
        "/a=b ; end of input expected but '=' found at '/a[=]b' ; 2",
        "/a@b ; end of input expected but '@' found at '/a[@]b' ; 2",
        "/a*b ; end of input expected but '*' found at '/a[*]b' ; 2",
        "/a+b ; end of input expected but '+' found at '/a[+]b' ; 2",
        "/a,b ; end of input expected but ',' found at '/a[,]b' ; 2",
        "invalid-param ; '/' expected but 'i' found at '[i]nvalid-param' ; 0",
      })
  void saysWhereTheTextIsNoPath(String text, String message, int offset) {
    var thrown = catchThrowableOfType(NameSyntaxException.class, () -> Paths.parse(text));

    assertThat(thrown).hasMessage(message);
    assertThat(thrown.offset()).isEqualTo(offset);
  }

  @Test
  void aTextWithNonAsciiBytesIsAnElementOfItsBytes() {
    assertThat(Path.utf8("caf\u00e9").show()).isEqualTo("/\\x63\\x61\\x66\\xc3\\xa9");
  }

  @Test
  void anEmptyElementCannotBeMade() {
    assertThatThrownBy(() -> Path.of("a", "")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesDropsAndComparesWholeElements() {
    Path path = Paths.parse("/a/b/c");

    assertThat(path.take(2)).isEqualTo(Paths.parse("/a/b"));
    assertThat(path.drop(2)).isEqualTo(Paths.parse("/c"));
    assertThat(path.drop(4)).isEqualTo(Path.EMPTY);
    assertThat(path.startsWith(Paths.parse("/a/b"))).isTrue();
    assertThat(path.startsWith(Paths.parse("/a/B"))).isFalse();
    assertThat(Paths.parse("/ab").startsWith(Paths.parse("/a"))).isFalse();
    assertThat(path.take(1).concat(path.drop(1))).isEqualTo(path);
  }
}

package fairlead.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.naming.NameTree.Alt;
import fairlead.naming.NameTree.Empty;
import fairlead.naming.NameTree.Fail;
import fairlead.naming.NameTree.Leaf;
import fairlead.naming.NameTree.Neg;
import fairlead.naming.NameTree.Union;
import fairlead.naming.NameTree.Weighted;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of spec/routing.md §2. */
class NameTreesTest {
  private static final NameTree<Path> A = new Leaf<>(Path.of("a"));
  private static final NameTree<Path> B = new Leaf<>(Path.of("b"));
  private static final NameTree<Path> C = new Leaf<>(Path.of("c"));

  static Stream<Arguments> trees() {
    return Stream.of(
        Arguments.of("/a | /b & /c", alt(A, union(1, B, 1, C)), "/a | (/b & /c)"),
        Arguments.of("(/a | /b) & 2 * /c", union(1, alt(A, B), 2, C), "(/a | /b) & 2.00*/c"),
        Arguments.of("/a | !", alt(A, new Fail<>()), "/a | !"),
        Arguments.of("0.3 * /a", A, "/a"),
        Arguments.of("0.9*/a & .5*/b", union(0.9, A, 0.5, B), "0.90*/a & 0.50*/b"),
        Arguments.of("5.*/a & 0*/b", union(5, A, 0, B), "5.00*/a & 0.00*/b"),
        Arguments.of("0.125*/a & /b", union(0.125, A, 1, B), "0.125*/a & /b"),
        Arguments.of("~", new Neg<>(), "~"),
        Arguments.of("!", new Fail<>(), "!"),
        Arguments.of("$", new Empty<>(), "$"),
        Arguments.of("$|~", alt(new Empty<>(), new Neg<>()), "$ | ~"),
        Arguments.of("/$", new Leaf<>(Path.of("$")), "/$"),
        Arguments.of("/", new Leaf<>(Path.EMPTY), "/"),
        Arguments.of("((/a))", A, "/a"),
        Arguments.of(
            "/a # first\n | # then\n /b |\t/c # last", new Alt<>(List.of(A, B, C)), "/a | /b | /c"),
        Arguments.of("/a|(/b|/c)", alt(A, alt(B, C)), "/a | (/b | /c)"));
  }

  @ParameterizedTest
  @MethodSource("trees")
  void readsAndShows(String text, NameTree<Path> tree, String shown) {
    assertThat(NameTrees.parse(text)).isEqualTo(tree);
    assertThat(NameTrees.show(tree)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "1.2.3 * /a ; '*' expected but '.' found at '1.2[.]3 * /a'",
        ". * /a ; digit expected but ' ' found at '.[ ]* /a'",
        "/a & ; name tree expected but end of input found at '/a &[]'",
        "/a | | /b ; name tree expected but '|' found at '/a | [|] /b'",
        "(/a ; ')' expected but end of input found at '(/a[]'",
        "/a) ; end of input expected but ')' found at '/a[)]'",
        "-1 * /a ; name tree expected but '-' found at '[-]1 * /a'",
        "2 /a ; '*' expected but '/' found at '2 [/]a'",
        "/a// ; label char expected but '/' found at '/a/[/]'",
        "a ; name tree expected but 'a' found at '[a]'",
      })
  void saysWhereTheTextIsNoTree(String text, String message) {
    assertThatThrownBy(() -> NameTrees.parse(text))
        .isInstanceOf(NameSyntaxException.class)
        .hasMessage(message);
  }

  @Test
  void refusesParenthesesThatWouldCostTheStack() {
    String deep = "(".repeat(100_000) + "/a" + ")".repeat(100_000);

    assertThatThrownBy(() -> NameTrees.parse(deep))
        .isInstanceOf(NameSyntaxException.class)
        .hasMessageStartingWith("at most 100 nested parentheses expected but '(' found at ");
  }

  @Test
  void refusesAWeightBeyondEveryNumber() {
    assertThatThrownBy(() -> NameTrees.parse("9".repeat(400) + "*/a & /b"))
        .isInstanceOf(NameSyntaxException.class)
        .hasMessageStartingWith("smaller number expected but '9' found at '[9]9");
  }

  static Stream<Arguments> simplifications() {
    return Stream.of(
        Arguments.of("~ | /a", "/a"),
        Arguments.of("~ | ~", "~"),
        Arguments.of("/a | ! | /b", "/a | !"),
        Arguments.of("! | /b", "!"),
        Arguments.of("/a | $ | /b", "/a | $ | /b"),
        Arguments.of("3 * /a & ~", "/a"),
        Arguments.of("3 * /a & !", "/a"),
        Arguments.of("! & ~", "~"),
        Arguments.of("/a & $", "/a & $"),
        Arguments.of("(~ | /a) & 2 * (/b | !)", "/a & 2*(/b | !)"),
        Arguments.of("(~ & ~) | (~ | /c)", "/c"));
  }

  @ParameterizedTest
  @MethodSource("simplifications")
  void simplifies(String text, String simplified) {
    assertThat(NameTrees.parse(text).simplified()).isEqualTo(NameTrees.parse(simplified));
  }

  private static NameTree<Path> alt(NameTree<Path> first, NameTree<Path> second) {
    return new Alt<>(List.of(first, second));
  }

  private static NameTree<Path> union(
      double weight1, NameTree<Path> tree1, double weight2, NameTree<Path> tree2) {
    return new Union<>(List.of(new Weighted<>(weight1, tree1), new Weighted<>(weight2, tree2)));
  }
}

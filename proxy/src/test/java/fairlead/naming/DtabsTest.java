package fairlead.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The grammar of spec/routing.md §3. */
class DtabsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '"',
      value = {
        "\"\" @ \"\" @ \"\"",
        "\" ;; # nothing\n\" @ \"\" @ \"\"",
        "/svc => /#/x @ /svc=>/#/x @ /svc => /#/x",
        "\"# /svc => /x\" @ \"\" @ \"\"",
        "/a=>/b;/c=>/d;; @ /a=>/b;/c=>/d @ /a => /b ; /c => /d",
        "/ => /x @ /=>/x @ / => /x",
        "/svc/*/admin => /#/io.l5d.fs/admin @ /svc/*/admin=>/#/io.l5d.fs/admin"
            + " @ /svc/*/admin => /#/io.l5d.fs/admin",
        "/a => 0.9 * /b & 0.1 * /c | ! @ /a=>(0.90*/b & 0.10*/c) | !"
            + " @ /a => (0.90*/b & 0.10*/c) | !",
        "\"  /a # one\n => # two\n /b # three\n ; \" @ /a=>/b @ /a => /b",
        "/a\\x2fb => ~ @ /\\x61\\x2f\\x62=>~ @ /\\x61\\x2f\\x62 => ~",
      })
  void readsAndShows(String text, String wire, String spaced) {
    Dtab dtab = Dtabs.parse(text);

    assertThat(dtab.show()).isEqualTo(wire);
    assertThat(dtab).hasToString(spaced);
    assertThat(Dtabs.parse(dtab.show())).isEqualTo(dtab);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '"',
      value = {
        "i am not a dtab @ '/' expected but 'i' found at '[i] am not a dtab'",
        "/foo* => /b @ '=' expected but '*' found at '/foo[*] => /b'",
        "/*foo => /b @ '=' expected but 'f' found at '/*[f]oo => /b'",
        "/a = /b @ '>' expected but ' ' found at '/a =[ ]/b'",
        "/a => @ name tree expected but end of input found at '/a =>[]'",
        "/a => /b /c => /d @ ';' expected but '/' found at '/a => /b [/]c => /d'",
        "/a/ => /b @ label char expected but ' ' found at '/a/[ ]=> /b'",
        "/a => /b, /c => /d @ ';' expected but ',' found at '/a => /b[,] /c => /d'",
      })
  void saysWhereTheTextIsNoDtab(String text, String message) {
    assertThatThrownBy(() -> Dtabs.parse(text))
        .isInstanceOf(NameSyntaxException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "/, /anything/at/all, true",
    "/, /, true",
    "/svc, /svc/web, true",
    "/svc, /svc, true",
    "/svc/web, /svc, false",
    "/svc, /svcs/web, false",
    "/svc, /SVC/web, false",
    "/svc/*/admin, /svc/a/admin/x, true",
    "/svc/*/admin, /svc/admin, false",
    "/*, /, false",
  })
  void prefixesMatchWholeElements(String prefix, String path, boolean matches) {
    assertThat(Prefix.parse(prefix).matches(Paths.parse(path))).isEqualTo(matches);
  }

  @Test
  void laterRulesFollowEarlierOnes() {
    Dtab dtab = Dtabs.parse("/a=>/b").concat(Dtabs.parse("/a=>/c"));

    assertThat(dtab.show()).isEqualTo("/a=>/b;/a=>/c");
  }
}

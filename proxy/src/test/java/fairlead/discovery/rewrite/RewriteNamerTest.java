package fairlead.discovery.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.Seen;
import fairlead.activity.State;
import fairlead.discovery.NamerConfig;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.NameTrees;
import fairlead.naming.Paths;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of spec/discovery.md §6. */
class RewriteNamerTest {
  @ParameterizedTest
  @CsvSource({
    "/{service}/api, /srv/{service}, /foo/api, /srv/foo",
    "/{service}/api, /srv/{service}, /foo/api/x, /srv/foo",
    "/{service}/api, /srv/{service}, /foo/web, ~",
    "/{service}/api, /srv/{service}, /foo, ~",
    "'/{svc}.{env}.example', '/#/io.l5d.consul/{env}/{svc}', /web.prod.example,"
        + " /#/io.l5d.consul/prod/web",
  })
  void rewrites(String pattern, String name, String path, String tree) {
    assertThat(NameTrees.show(lookup(pattern, name, path).value(), Name::toString)).isEqualTo(tree);
  }

  @Test
  void aTextThatIsNoPathFails() {
    assertThat(lookup("/{a}", "/x/{b}", "/y").last())
        .isEqualTo(new State.Failed<>("/#/r/y: label char expected but '{' found at '/x/[{]b}'"));
  }

  private static Seen<NameTree<Name>> lookup(String pattern, String name, String path) {
    var config = new NamerConfig.Rewrite(Paths.parse("/r"), List.of(), pattern, name);
    return Seen.of(new RewriteNamer(config).lookup(Paths.parse(path)));
  }
}

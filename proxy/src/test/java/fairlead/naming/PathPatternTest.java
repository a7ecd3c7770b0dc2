package fairlead.naming;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of spec/config.md §8.2. */
class PathPatternTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      nullValues = "none",
      value = {
        "/, /anything, {}",
        "/, /, {}",
        "/#/io.l5d.consul/dc1, /#/io.l5d.consul/dc1/web, {}",
        "/#/*/{service}, /#/io.l5d.fs/cat, {service=cat}",
        "/#/io.l5d.consul/{dc}/{svc}, /#/io.l5d.consul/us-east-1/web,"
            + " \"{dc=us-east-1, svc=web}\"",
        "/svc/{a}-{b}, /svc/x-y-z, \"{a=x-y, b=z}\"",
        "/svc/{h}.example.com, /svc/api.example.com, {h=api}",
        "/svc/{h}.example.com, /svc/apiXexampleXcom, none",
        "/svc/v{n}, /svc/web-v2, {n=2}",
        "/$/inet/{host}/{port}, /$/inet/10.0.0.1/80, \"{host=10.0.0.1, port=80}\"",
        "/#/io.l5d.fs, /%/io.l5d.port/4141/#/io.l5d.fs/hello, none",
        "/%/*/*/#/io.l5d.fs/{s}, /%/io.l5d.port/4141/#/io.l5d.fs/hello, {s=hello}",
        "/a/, /a, {}",
        "//a, /a/b, {}",
        "/svc/web, /svc/Web, none",
        "/svc/*, /svc, none",
        "/svc/{my-svc}, /svc/web, none",
        "/{a}/{a}, /one/two, {a=two}",
        "/{a}{b}, /one, \"{a=one, b=}\"",
        "/x{a}x, /x, none",
        "/x{a}x, /xx, {a=}",
        "/svc/{h}, /svc/a\\x2fb, {h=\\x61\\x2f\\x62}",
      })
  void matches(String pattern, String path, String captured) {
    assertThat(PathPattern.of(pattern).match(Paths.parse(path)).map(Object::toString))
        .isEqualTo(java.util.Optional.ofNullable(captured));
  }

  @Test
  void replacesEveryKnownVariableAndLeavesOthers() {
    String text = PathPattern.substitute("{a}.{b}.{a}.{c}", Map.of("a", "$1", "b", "{c}"));

    assertThat(text).isEqualTo("$1.{c}.$1.{c}");
  }
}

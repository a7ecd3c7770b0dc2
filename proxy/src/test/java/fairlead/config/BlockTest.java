package fairlead.config;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.naming.Path;
import java.net.InetAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BlockTest {
  /** What a value is read as. */
  enum Type {
    PORT,
    INTEGER,
    NUMBER,
    FLAG,
    IP,
    PATH,
    MODE,
    BLOCK,
    BLOCKS,
    FILE,
    TEXT
  }

  private final Problems problems = new Problems();

  static Stream<Arguments> good() {
    return Stream.of(
        Arguments.of("0", Type.PORT),
        Arguments.of("65535", Type.PORT),
        Arguments.of("60", Type.INTEGER),
        Arguments.of("1", Type.NUMBER),
        Arguments.of(".5", Type.NUMBER),
        Arguments.of("2e-1", Type.NUMBER),
        Arguments.of("true", Type.FLAG),
        Arguments.of("'False'", Type.FLAG),
        Arguments.of("0.0.0.0", Type.IP),
        Arguments.of("'::1'", Type.IP),
        Arguments.of("fd00:ec2::254", Type.IP),
        Arguments.of("/a/b", Type.PATH),
        Arguments.of("stale", Type.MODE),
        Arguments.of("{}", Type.BLOCK),
        Arguments.of("[]", Type.BLOCKS),
        Arguments.of("17", Type.TEXT),
        Arguments.of("null", Type.PORT));
  }

  @ParameterizedTest
  @MethodSource("good")
  void accepts(String value, Type type) {
    assertThat(faults(value, type)).isEmpty();
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        Arguments.of("99999", Type.PORT, "99999 is not a port; use 0 to 65535"),
        Arguments.of("-1", Type.PORT, "-1 is not a port; use 0 to 65535"),
        Arguments.of("'4140'", Type.PORT, "'4140' is a text, not a port; remove the quotes"),
        Arguments.of("http", Type.PORT, "'http' is not a port; use 0 to 65535"),
        Arguments.of("41.5", Type.PORT, "'41.5' is not a port; use 0 to 65535"),
        Arguments.of("61", Type.INTEGER, "61 is out of range; use a whole number from 1 to 60"),
        Arguments.of("ten", Type.INTEGER, "'ten' is not a whole number; use one from 1 to 60"),
        Arguments.of("'5'", Type.INTEGER, "'5' is a text, not a number; remove the quotes"),
        Arguments.of("1.5", Type.NUMBER, "1.5 is out of range; use a number from 0.0 to 1.0"),
        Arguments.of("half", Type.NUMBER, "'half' is not a number; use one from 0.0 to 1.0"),
        Arguments.of("yes", Type.FLAG, "'yes' is neither true nor false; write one of them"),
        Arguments.of(
            "localhost",
            Type.IP,
            "'localhost' is not an IP address; write one, such as 127.0.0.1 or ::1"),
        Arguments.of(
            "127.1", Type.IP, "'127.1' is not an IP address; write one, such as 127.0.0.1 or ::1"),
        Arguments.of("stall", Type.MODE, "'stall' is not a mode; did you mean 'stale'?"),
        Arguments.of("fresh!", Type.MODE, "'fresh!' is not a mode; use default or stale"),
        Arguments.of(
            "word",
            Type.BLOCK,
            "a block of keys is expected here, not 'word'; write 'key: value' lines"),
        Arguments.of(
            "{a: 1}",
            Type.BLOCKS,
            "a list is expected here, not a block of keys; put '- ' before each item"),
        Arguments.of(
            "[1]", Type.TEXT, "a single value is expected here, not a list; write one value"),
        Arguments.of(
            "/none", Type.FILE, "'/none' is not an existing file; create it, or name another"));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void refuses(String value, Type type, String fault) {
    assertThat(faults(value, type)).isEqualTo("f:1:6: key: " + fault + "\n");
  }

  private String faults(String value, Type type) {
    read(new Block(Trees.good("key: " + value + "\n"), "", problems), "key", type);
    return problems.show();
  }

  private static void read(Block block, String key, Type type) {
    Object unused =
        switch (type) {
          case PORT -> block.port(key, 0);
          case INTEGER -> block.integer(key, 1, 1, 60);
          case NUMBER -> block.number(key, 0, 0, 1);
          case FLAG -> block.flag(key, false);
          case IP -> block.ip(key, InetAddress.getLoopbackAddress());
          case PATH -> block.path(key, Path.EMPTY);
          case MODE -> block.word(key, "mode", new TreeMap<>(Map.of("stale", 1, "default", 2)), 2);
          case BLOCK -> block.block(key) == null ? 0 : 1;
          case BLOCKS -> block.blocks(key);
          case FILE -> String.valueOf(block.file(key));
          case TEXT -> String.valueOf(block.text(key));
        };
    assertThat(unused).isNotNull();
  }

  @Test
  void unknownKeysGetTheNearestKnownName() {
    var block = new Block(Trees.good("identifer: 1\nxyz: 1\nlabel: a\n"), "routers[0]", problems);
    block.text("identifier");
    block.text("label");

    block.end();

    assertThat(problems.show())
        .isEqualTo(
            """
            f:1:1: routers[0].identifer: unknown key; did you mean 'identifier'?
            f:2:1: routers[0].xyz: unknown key; use identifier or label, or remove it
            """);
  }

  @Test
  void faultsOfADtabStandAtTheirLine() {
    var block =
        new Block(Trees.good("dtab: |\n  /a => /b ;\n  /c => /d/ ;\n"), "routers[0]", problems);

    block.dtab("dtab");

    assertThat(problems.show()).startsWith("f:3:12: routers[0].dtab: not a dtab: ").hasLineCount(1);
  }

  @Test
  void secretsAreNeverPrinted() {
    var block = new Block(Trees.good("token: [hunter2]\npassword: hunter2\n"), "", problems);

    block.secret("token");
    block.port("password", 0);

    assertThat(problems.show()).doesNotContain("hunter2").contains("*** is not a port");
    assertThat(new Secret("hunter2")).hasToString("***");
  }

  @Test
  void kindsSayWhatIsBuiltAndWhatIsNot() {
    Kinds<Integer> kinds =
        Kinds.<Integer>of("namer")
            .built("a.fs", b -> b.integer("n", 0, 0, 9))
            .notBuilt("a.k8s", b -> b.text("host"))
            .experimental("a.k8s");
    for (String text :
        new String[] {
          "kind: a.fs\nn: 3",
          "kind: a.fx",
          "kind: a.k8s\nhots: x",
          "n: 1",
          "kind: a.fs\nm: 1",
          "n: 1\nkin: a.fs"
        }) {
      kinds.read(new Block(Trees.good(text), "x", problems));
    }

    assertThat(problems.show())
        .isEqualTo(
            """
            f:1:1: x.kind: is missing; use a.fs or a.k8s
            f:1:1: x.kind: is missing; is 'kin' at f:2:1 meant to be it? use a.fs or a.k8s
            f:1:7: x.kind: 'a.fx' is no namer; did you mean 'a.fs'?
            f:1:7: x.kind: 'a.k8s' is experimental; add 'experimental: true' beside it
            f:1:7: x.kind: 'a.k8s' is known, not built yet; use a.fs
            f:2:1: x.hots: unknown key; did you mean 'host'?
            f:2:1: x.m: unknown key; did you mean 'n'?
            """);
  }
}

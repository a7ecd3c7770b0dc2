package fairlead.config;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.Setting.Entry;
import fairlead.config.Setting.Faulty;
import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Nothing;
import fairlead.config.Setting.Scalar;
import fairlead.config.Setting.Sequence;
import fairlead.config.Setting.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {
  private static final Position SOMEWHERE = new Position("f", 1, 1);
  private static final String[] TEXTS = {
    "a",
    "",
    " ",
    "4140",
    "true",
    "null",
    "~",
    "- a",
    "a: b",
    "a #b",
    "#a",
    "'",
    "\"",
    "\\",
    "a\nb",
    "a\n\nb\n",
    "\n",
    " a\nb",
    "\t",
    "@x",
    "%x",
    "*x",
    "&x",
    "!x",
    "| x",
    "{a}",
    "[a]",
    "1e3",
    "0x1",
    "yes",
    "No",
    "/svc => /#/x ;\n/a => /b ;\n",
    "\u00e4 \ud83d\ude80",
    "-1",
    ".5",
    "a: ",
    "?",
    "=",
    "<<",
    "2001-01-01",
    "12:30",
    "a\n",
    "a\n\n",
    "::1",
    "\u0007"
  };

  @Test
  void showsOriginsAndMasksSecrets() {
    Mapping tree =
        Trees.good(
            """
            namers:
            - kind: io.l5d.consul
              host: $IP
              token: $TOKEN
              weights: []
            routers:
            - dtab: |
                /svc => /$DC ;
              label:
            """);

    Mapping expanded =
        new Variables(Map.of("IP", "10.0.0.1", "TOKEN", "hunter2", "DC", "dc1"), Map.of())
            .expand(tree, new Problems());

    assertThat(Yaml.show(expanded))
        .isEqualTo(
            """
            namers:
            - kind: io.l5d.consul
              host: '10.0.0.1' # $IP: environment variable IP
              token: '***' # $TOKEN: environment variable TOKEN
              weights: []
            routers:
            - dtab: | # $DC: environment variable DC
                /svc => /dc1 ;
              label: null
            """);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsShownReadsAsTheSameTree(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Mapping tree = mapping(random, 3);

    assertThat(plain(Trees.good(Yaml.show(tree)))).as("seed %d", seed).isEqualTo(plain(tree));
  }

  @Test
  void everyTextReadsAsItself() {
    for (String text : TEXTS) {
      var scalar = new Scalar(SOMEWHERE, text, Style.QUOTED, 0, List.of());
      var tree = new Mapping(SOMEWHERE, List.of(new Entry(SOMEWHERE, "k", scalar)));

      assertThat(plain(Trees.good(Yaml.show(tree)))).as(text).isEqualTo(Map.of("k", text));
    }
  }

  private static Mapping mapping(RandomGenerator random, int depth) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(4); i++) {
      String key = "k" + i + TEXTS[random.nextInt(TEXTS.length)].replaceAll("[^a-z0-9 #:-]", "");
      entries.add(new Entry(SOMEWHERE, key, setting(random, depth - 1)));
    }
    return new Mapping(SOMEWHERE, entries);
  }

  private static Setting setting(RandomGenerator random, int depth) {
    int choice = depth == 0 ? random.nextInt(2) : random.nextInt(5);
    return switch (choice) {
      case 0 -> new Nothing(SOMEWHERE);
      case 1, 2 ->
          new Scalar(SOMEWHERE, TEXTS[random.nextInt(TEXTS.length)], Style.QUOTED, 0, List.of());
      case 3 -> mapping(random, depth);
      default -> {
        List<Setting> items = new ArrayList<>();
        for (int i = 0; i < random.nextInt(3); i++) {
          items.add(setting(random, depth - 1 < 0 ? 0 : depth - 1));
        }
        yield new Sequence(SOMEWHERE, items);
      }
    };
  }

  private static Object plain(Setting setting) {
    return switch (setting) {
      case Mapping(var _, var entries) -> {
        var map = new java.util.LinkedHashMap<String, Object>();
        entries.forEach(e -> map.put(e.key(), plain(e.value())));
        yield map;
      }
      case Sequence(var _, var items) -> items.stream().map(YamlTest::plain).toList();
      case Scalar scalar -> scalar.text();
      case Nothing _, Faulty _ -> "(nothing)";
    };
  }
}

package fairlead.naming;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.naming.NameTree.Alt;
import fairlead.naming.NameTree.Empty;
import fairlead.naming.NameTree.Fail;
import fairlead.naming.NameTree.Leaf;
import fairlead.naming.NameTree.Neg;
import fairlead.naming.NameTree.Union;
import fairlead.naming.NameTree.Weighted;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is shown reads back as what it was; what is no dtab says so and nothing worse. */
class NameRoundTripTest {
  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsShownReadsBackTheSame(long seed) {
    Dtab dtab = new Generator(seed).dtab();

    assertThat(Dtabs.parse(dtab.show())).as("seed %d", seed).isEqualTo(dtab);
    assertThat(Dtabs.parse(dtab.toString())).as("seed %d", seed).isEqualTo(dtab);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aDamagedTextIsReadOrRefusedWithItsPlace(long seed) {
    var generator = new Generator(seed);
    String damaged = generator.damage(generator.dtab().show());

    try {
      Dtab dtab = Dtabs.parse(damaged);
      assertThat(Dtabs.parse(dtab.show())).as("seed %d", seed).isEqualTo(dtab);
    } catch (NameSyntaxException refused) {
      assertThat(refused.offset()).as("seed %d", seed).isBetween(0, damaged.length());
    }
  }

  private static final class Generator {
    private static final String DAMAGE = "/=>;|&*$!~#()\\x0 .\n\u00e9";

    private final RandomGenerator random;

    Generator(long seed) {
      random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    Dtab dtab() {
      return new Dtab(some(0, 4, () -> new Dentry(prefix(), tree(3))));
    }

    String damage(String text) {
      var damaged = new StringBuilder(text);
      char c = DAMAGE.charAt(random.nextInt(DAMAGE.length()));
      damaged.insert(random.nextInt(text.length() + 1), c);
      return damaged.toString();
    }

    private Prefix prefix() {
      return new Prefix(
          some(
              0,
              3,
              () ->
                  random.nextInt(5) == 0
                      ? new Prefix.Element.Any()
                      : new Prefix.Element.Label(element())));
    }

    private NameTree<Path> tree(int depth) {
      return switch (random.nextInt(depth == 0 ? 7 : 11)) {
        case 0 -> new Neg<>();
        case 1 -> new Fail<>();
        case 2 -> new Empty<>();
        case 7, 8 -> new Alt<>(some(2, 4, () -> tree(depth - 1)));
        case 9, 10 -> new Union<>(some(2, 4, () -> new Weighted<>(weight(), tree(depth - 1))));
        default -> new Leaf<>(new Path(some(0, 4, this::element)));
      };
    }

    private double weight() {
      return random.nextBoolean() ? 1.0 : random.nextInt(10_000) / 1000.0;
    }

    private String element() {
      boolean plain = random.nextInt(4) > 0;
      var element = new StringBuilder();
      IntStream.range(0, random.nextInt(1, 6))
          .forEach(
              _ -> element.append((char) (plain ? random.nextInt('a', '{') : random.nextInt(256))));
      return element.toString();
    }

    private <T> List<T> some(int least, int most, Supplier<T> one) {
      var list = new ArrayList<T>();
      int size = random.nextInt(least, most + 1);
      while (list.size() < size) {
        list.add(one.get());
      }
      return list;
    }
  }
}

package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageBytesTest {
  private static final String EACH_LENGTH = "a\u00e4\u20ac\ud83d\ude00";

  private final PageBytes page = new PageBytes();

  @Test
  void aPageWithNothingHasNoChunks() {
    page.append("");

    assertThat(page.chunks()).isEmpty();
    assertThat(page.length()).isZero();
    assertThat(page).hasToString("");
  }

  /** However far the border of the first chunk is away. */
  @Test
  void charactersOfAllLengthsCrossTheBordersOfChunks() {
    for (int before = 0; before < 2 * EACH_LENGTH.length() + 10; before++) {
      var shifted = new PageBytes();
      String text = "x".repeat(before) + EACH_LENGTH.repeat(3 * PageBytes.MOST_CHUNK / 10);

      shifted.append(text);

      assertBytes(shifted, text);
      assertThat(shifted.chunks().size()).isGreaterThan(3);
    }
  }

  @Test
  void chunksAreFullAndGrowUpToTheMost() {
    page.append("x".repeat(3 * PageBytes.MOST_CHUNK));

    var sizes = page.chunks().stream().map(ByteBuffer::remaining).toList();

    assertThat(sizes)
        .startsWith(PageBytes.LEAST_CHUNK, 2 * PageBytes.LEAST_CHUNK, 4 * PageBytes.LEAST_CHUNK)
        .contains(PageBytes.MOST_CHUNK)
        .allMatch(size -> size <= PageBytes.MOST_CHUNK)
        .hasSize(6 + 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ud83d",
        "\ude00",
        "\ude00\ud83d",
        "\ud83d\ud83d\ude00\ude00",
        "a\ud83db",
        "\ud83d\u00e4\ude00\u20ac",
        "\u0000\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\ud800\udc00\udbff\udfff"
      })
  void halvesOfCharactersAreAsInAnArrayOfTheText(String text) throws IOException {
    assertBytes(page.append(text), text);
    for (int cut = 0; cut <= text.length(); cut++) {
      assertBytes(new PageBytes().append(text.substring(0, cut)).append(text.substring(cut)), text);
    }
    var one = new PageBytes();
    var written = new PageBytes();
    try (var writer = written.asWriter()) {
      for (int i = 0; i < text.length(); i++) {
        one.append(text.charAt(i));
        writer.write(text.charAt(i));
      }
    }
    assertBytes(one, text);
    assertBytes(written, text);
  }

  @Test
  void whatIsTakenOverIsNotCopiedAndGoneWhereItWas() {
    var other = new PageBytes().append("b".repeat(1000));
    byte[] theirs = arrays(other).getLast();

    page.append("a").append(other).append("c");

    assertBytes(page, "a" + "b".repeat(1000) + "c");
    assertThat(arrays(page)).satisfiesOnlyOnce(array -> assertThat(array).isSameAs(theirs));
    assertBytes(other, "");
    assertBytes(other.append("d"), "d");
    assertBytes(page, "a" + "b".repeat(1000) + "c");
  }

  @Test
  void halvesOfCharactersDoNotFindEachOtherAcrossPages() {
    page.append("\ud83d").append(new PageBytes().append("\ude00\ud83d")).append('\ude00');

    assertBytes(page, "????");
  }

  @Test
  void bytesAreCopiedOrKeptAsTheyAre() {
    byte[] bytes = ("0" + "1".repeat(1000) + "2").getBytes(StandardCharsets.US_ASCII);

    assertBytes(
        page.append("\ud83d").append(bytes, 1, 1000).append("x"), "?" + "1".repeat(1000) + "x");
    assertThat(PageBytes.of(bytes).chunks()).singleElement().returns(bytes, ByteBuffer::array);
    assertBytes(PageBytes.of("\u00e4"), "\u00e4");
  }

  @Test
  void whatIsLongAlreadyIsShownInChunksToo() {
    String text = "x".repeat(2 * PageBytes.MOST_CHUNK) + "end";

    assertBytes(PageBytes.of(text), text);
    assertThat(PageBytes.of(text).chunks()).hasSize(3);
  }

  @Test
  void itCanBeReadTwice() {
    page.append("x".repeat(1000));
    page.chunks().forEach(chunk -> chunk.position(chunk.limit()));

    assertBytes(page, "x".repeat(1000));
  }

  private static List<byte[]> arrays(PageBytes page) {
    return page.chunks().stream().map(ByteBuffer::array).toList();
  }

  private static void assertBytes(PageBytes page, String text) {
    byte[] expected = text.getBytes(StandardCharsets.UTF_8);
    assertThat(page.length()).isEqualTo(expected.length);
    var all = ByteBuffer.allocate(expected.length);
    page.chunks().forEach(all::put);
    assertThat(all.array()).isEqualTo(expected);
  }
}

package fairlead.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.Requirement;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockReaderTest {
  /** RFC 7541 appendix C.1, then edges. */
  @ParameterizedTest
  @CsvSource({
    "0a, 1f, 10",
    "1f9a0a, 1f, 1337",
    "2a, ff, 42",
    "1e, 1f, 30",
    "1f00, 1f, 31",
    "1f8000, 1f, 31",
    "1f80808000, 1f, 31",
    "ffffffff7f, 7f, 268435582",
  })
  void readsIntegers(String hex, String prefix, int value) throws HpackException {
    var reader = reader(hex);

    assertThat(reader.integer(reader.field(), Integer.parseInt(prefix, 16))).isEqualTo(value);
    assertThat(reader.hasMore()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1fffffffff0f", "1fffffffff00", "1f8080808000", "1fffffffffffffffffffff7f"})
  @Requirement(
      rfc = "7541 §5.1",
      says = "integers beyond four octets behind the prefix are refused")
  void refusesIntegersOfMoreThanFourOctetsBehindThePrefix(String hex) {
    var reader = reader(hex);

    assertThatThrownBy(() -> reader.integer(reader.field(), 0x1f))
        .isInstanceOf(HpackException.class)
        .hasMessage("an integer is too big");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1f", "1f80", "1fffffff"})
  void refusesIntegersThatAreCut(String hex) {
    var reader = reader(hex);

    assertThatThrownBy(() -> reader.integer(reader.field(), 0x1f))
        .isInstanceOf(HpackException.class)
        .hasMessage("the header block ends within a field");
  }

  @Test
  void keepsBothStringsOfAField() throws HpackException {
    var reader = new BlockReader();
    reader.begin(
        new HeaderBlock().raw((byte) 0).huffman().string("name").string("a value").buffer());
    reader.field();
    reader.string();
    int name = reader.offset();
    reader.string();

    assertThat(text(reader, name, 4)).isEqualTo("name");
    assertThat(text(reader, reader.offset(), reader.length())).isEqualTo("a value");
  }

  /** Such a block has an array of its own. */
  @Test
  void readsLongBlocks() throws HpackException {
    String text = "0".repeat(100_000);
    var reader = new BlockReader();
    reader.begin(new HeaderBlock().raw((byte) 0).huffman().string(text).buffer());
    reader.field();
    reader.string();

    assertThat(text(reader, reader.offset(), reader.length())).isEqualTo(text);
  }

  private static BlockReader reader(String hex) {
    var reader = new BlockReader();
    reader.begin(HeaderBlock.ofHex(hex).buffer());
    return reader;
  }

  private static String text(BlockReader reader, int offset, int length) {
    return new String(reader.bytes(), offset, length, StandardCharsets.ISO_8859_1);
  }
}

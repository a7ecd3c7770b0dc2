package fairlead.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.Requirement;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuffmanTest {
  /** RFC 7541 appendix B, some of each length. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "48 00000",
        "97 00011",
        "116 01001",
        "32 010100",
        "61 100000",
        "117 101101",
        "58 1011100",
        "122 1111011",
        "38 11111000",
        "88 11111100",
        "33 1111111000",
        "63 1111111100",
        "39 11111111010",
        "124 11111111100",
        "35 111111111010",
        "0 1111111111000",
        "126 1111111111101",
        "94 11111111111100",
        "60 111111111111100",
        "92 1111111111111110000",
        "195 1111111111111110001",
        "128 11111111111111100110",
        "10 111111111111111111111111111100",
        "255 11111111111111111111101110",
        "256 111111111111111111111111111111",
      })
  void codesAreThoseOfTheRfc(String row) {
    String[] parts = row.split(" ", -1);

    assertThat(HuffmanCode.bits(Integer.parseInt(parts[0]))).isEqualTo(parts[1]);
  }

  @Test
  void everyByteAloneAndAmongOthers() throws HpackException {
    for (int symbol = 0; symbol < 256; symbol++) {
      roundTrip((byte) symbol);
      roundTrip((byte) 'a', (byte) symbol, (byte) '0', (byte) symbol);
    }
  }

  @Test
  void anyBytes() throws HpackException {
    var random = new SplittableRandom(1);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      roundTrip(bytes);
    }
  }

  /** All paddings of all lengths: right when shorter than a byte and of ones. */
  @Test
  @Requirement(rfc = "7541 §5.2", says = "padding is of ones, and of less than eight")
  void onlyOnesPadAndLessThanEightOfThem() throws HpackException {
    for (String before : new String[] {"", "00000", "010100", "1011100", "1111111000"}) {
      int pad = (8 - before.length() % 8) % 8;
      for (int ones = 0; ones <= pad; ones++) {
        String bits = before + "1".repeat(ones) + "0".repeat(pad - ones);
        if (ones == pad) {
          assertThat(decoded(HuffmanCode.ofBits(bits))).hasSize(before.isEmpty() ? 0 : 1);
        }
      }
      byte[] tooLong = HuffmanCode.ofBits(before + "1".repeat(pad + 8));
      assertThatThrownBy(() -> decoded(tooLong)).isInstanceOf(HpackException.class);
    }
  }

  @Test
  @Requirement(rfc = "7541 §5.2", says = "a string that holds EOS is refused")
  void theEndOfStringSymbolIsRefusedWhereverItStands() {
    for (int before = 0; before < 40; before++) {
      String bits = HuffmanCode.bits('a').repeat(before) + HuffmanCode.bits(256);
      byte[] coded = HuffmanCode.ofBits(bits + "1".repeat((8 - bits.length() % 8) % 8));
      assertThatThrownBy(() -> decoded(coded))
          .isInstanceOf(HpackException.class)
          .hasMessage("a string holds the end-of-string symbol");
    }
  }

  /** What is decoded never needs more room than is announced. */
  @Test
  void theShortestCodesFillTheRoom() throws HpackException {
    byte[] zeros = new byte[5];

    assertThat(decoded(zeros)).hasSize(8).containsOnly('0');
    assertThat(Huffman.mostBytes(5)).isEqualTo(8);
  }

  private static void roundTrip(byte... bytes) throws HpackException {
    assertThat(decoded(HuffmanCode.encode(bytes))).isEqualTo(bytes);
  }

  private static byte[] decoded(byte[] coded) throws HpackException {
    byte[] bytes = Arrays.copyOf(coded, coded.length + Huffman.mostBytes(coded.length));
    int end = Huffman.decode(bytes, 0, coded.length, coded.length);
    return Arrays.copyOfRange(bytes, coded.length, end);
  }
}

package fairlead.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BytesTest {
  private final Random random = new Random(1);

  @Test
  void findsWhatALookAtEachByteFinds() {
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(40)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (random.nextInt(12) == 0 ? random.nextInt(256) : 'a' + i);
      }
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);

      assertThat(Bytes.firstControl(bytes, from, to)).isEqualTo(slowly(bytes, from, to));
    }
  }

  @Test
  void everyByteIsJudgedRightInEveryPlace() {
    for (int value = 0; value < 256; value++) {
      for (int at = 0; at < 17; at++) {
        byte[] bytes =
            "\u00ff ~abcdefghijklmn".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        bytes[at] = (byte) value;

        assertThat(Bytes.firstControl(bytes, 0, bytes.length))
            .isEqualTo(slowly(bytes, 0, bytes.length));
      }
    }
  }

  private static int slowly(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      int value = bytes[i] & 0xff;
      if (value < 0x20 || value == 0x7f) {
        return i;
      }
    }
    return to;
  }
}

package fairlead.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
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
        byte[] bytes = "\u00ff ~abcdefghijklmn".getBytes(StandardCharsets.ISO_8859_1);
        bytes[at] = (byte) value;

        assertThat(Bytes.firstControl(bytes, 0, bytes.length))
            .isEqualTo(slowly(bytes, 0, bytes.length));
      }
    }
  }

  @Test
  void aTokenFoldsToANameWhenOnlyTheCaseOfLettersDiffers() {
    String tokens = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (String name : List.of("te", "host", "x-b3-traceid", "content-length", "l5d-ctx-dtab")) {
      byte[] lower = bytes(name);
      for (int at = 0; at < lower.length; at++) {
        for (int i = 0; i < tokens.length(); i++) {
          char other = tokens.charAt(i);
          byte[] token = bytes("xx" + name.toUpperCase(Locale.ROOT));
          token[2 + at] = (byte) other;
          String changed = new String(token, 2, lower.length, StandardCharsets.US_ASCII);

          assertThat(Bytes.foldsTo(token, 2, lower.length, lower))
              .as(changed)
              .isEqualTo(changed.equalsIgnoreCase(name));
        }
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
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

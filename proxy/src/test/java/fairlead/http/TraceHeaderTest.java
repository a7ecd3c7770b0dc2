package fairlead.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TraceHeaderTest {
  private final Random random = new Random(1);
  private final byte[] out = new byte[TraceHeader.MOST_BYTES];

  @Test
  void isWhatTheLibraryWouldEncode() {
    for (int i = 0; i < 200; i++) {
      var id = new TraceId(number(), number(), number(), i % 2 == 0 ? 0 : number(), i);
      int length = TraceHeader.encode(id.span(), id.parent(), id, out);
      String text = new String(out, 0, length, StandardCharsets.US_ASCII);

      assertThat(text).isEqualTo(Base64.getEncoder().encodeToString(packed(id)));
      assertThat(TraceHeader.parse(text)).isEqualTo(id);
    }
  }

  @Test
  void theRequestIdIsTheLowerHalfOfTheTraceInHexadecimalDigits() {
    TraceHeader.requestId(new TraceId(1, 2, 0x00ab_cdef_0123_4567L, 9, 0), out);

    assertThat(new String(out, 0, TraceHeader.ID_BYTES, StandardCharsets.US_ASCII))
        .isEqualTo("00abcdef01234567");
  }

  private long number() {
    long number = random.nextLong();
    return number == 0 ? 1 : number;
  }

  private static byte[] packed(TraceId id) {
    var bytes = ByteBuffer.allocate(id.high() == 0 ? 32 : 40);
    bytes.putLong(id.span()).putLong(id.parent()).putLong(id.trace()).putLong(id.flags());
    if (id.high() != 0) {
      bytes.putLong(id.high());
    }
    return bytes.array();
  }
}

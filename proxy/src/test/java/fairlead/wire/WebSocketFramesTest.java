package fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §5.2: where frames end, however they are cut. */
class WebSocketFramesTest {
  /** Close and ping frames, and data of every kind of length. */
  private static final int[] LENGTHS = {0, 1, 125, 126, 300, 65_535, 65_536, 70_000};

  /** Appends a frame as a second, simple writer would. */
  static void write(
      ByteArrayOutputStream out, int first, int length, boolean masked, RandomGenerator random) {
    out.write(first);
    int mask = masked ? 0x80 : 0;
    if (length < 126) {
      out.write(mask | length);
    } else if (length < 65_536) {
      out.write(mask | 126);
      out.write(length >> 8);
      out.write(length);
    } else {
      out.write(mask | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) length >> shift));
      }
    }
    byte[] rest = new byte[length + (masked ? 4 : 0)];
    random.nextBytes(rest);
    out.writeBytes(rest);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void findsEveryEndHoweverTheBytesAreCut(long seed) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    boolean masked = random.nextBoolean();
    var bytes = new ByteArrayOutputStream();
    List<Integer> ends = new ArrayList<>();
    for (int n = 0; n < 40; n++) {
      boolean ping = random.nextInt(4) == 0;
      int first = ping ? 0x89 : new int[] {0x01, 0x00, 0x80, 0x82, 0xc1}[random.nextInt(5)];
      int length = LENGTHS[random.nextInt(ping ? 3 : LENGTHS.length)];
      write(bytes, first, length, masked, random);
      ends.add(bytes.size());
    }

    var frames = new WebSocketFrames(masked);
    List<Integer> found = new ArrayList<>();
    byte[] all = bytes.toByteArray();
    int most = random.nextBoolean() ? 3 : 40_000;
    for (int at = 0; at < all.length; ) {
      int step = Math.min(1 + random.nextInt(most), all.length - at);
      ByteBuf part = Unpooled.wrappedBuffer(all, at, step);
      for (int end = frames.frameEnd(part, 0); end >= 0; end = frames.frameEnd(part, end)) {
        found.add(at + end);
        assertThat(frames.isAtBoundary()).isTrue();
      }
      at += step;
    }

    assertThat(found).isEqualTo(ends);
    assertThat(frames.isLost()).isFalse();
    assertThat(frames.closeSeen()).isFalse();
  }

  @Test
  void aCloseIsSeenOnceItIsWhole() {
    var frames = new WebSocketFrames(false);

    frames.follow(hex("8802 03"));
    assertThat(frames.closeSeen()).isFalse();
    frames.follow(hex("e9"));

    assertThat(frames.closeSeen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "83 01 00", // a reserved opcode
        "8b 01 00",
        "8f",
        "09 00", // a control frame in fragments
        "08 00",
        "89 7e 0100", // a long control frame
        "82 7f 8000000000000000", // no length
        "81 85 00000000", // masked by a server
        "48 54 54 50" // HTTP
      })
  void whatIsNoFrameIsNotFollowed(String bytes) {
    var frames = new WebSocketFrames(false);

    frames.follow(hex(bytes + "8100 8100"));

    assertThat(frames.isLost()).isTrue();
    assertThat(frames.isAtBoundary()).isFalse();
  }

  @Test
  void framesOfClientsMustBeMasked() {
    var frames = new WebSocketFrames(true);

    frames.follow(hex("8101 61"));

    assertThat(frames.isLost()).isTrue();
  }

  static ByteBuf hex(String digits) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(digits.replace(" ", "")));
  }
}

package fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http.ContentCoding;
import fairlead.telemetry.PageBytes;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextCompressionTest {
  private final TextCompression.Shelf shelf = new TextCompression.Shelf();
  private final TextCompression compression = shelf.take();

  @AfterEach
  void end() {
    shelf.putBack(compression);
    shelf.close();
  }

  private static AdminResponse response(String type, int bytes) {
    return AdminResponse.of(HttpResponseStatus.OK, type, PageBytes.of(new byte[bytes]));
  }

  private static @Nullable ContentCoding coding(String accepted) {
    return TextCompression.codingOf(response("text/plain", 1000), List.of(accepted));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip, deflate, br, zstd | GZIP",
        "GZIP;q=0.5 | GZIP",
        "deflate | DEFLATE",
        "gzip;q=0.2, deflate; q=0.4 | DEFLATE",
        "* | GZIP",
        "gzip;q=0, * | DEFLATE",
        "gzip;q=0 | ",
        "gzip;q=nonsense | ",
        "gzip;q=0.5, identity | ",
        "*;q=0 | ",
        "identity | ",
        "br | ",
        "'' | "
      })
  void takesWhatTheCallerLikesBest(String accepted, @Nullable ContentCoding expected) {
    assertThat(coding(accepted)).isEqualTo(expected);
  }

  @Test
  void onlyTextThatIsWorthIt() {
    int least = TextCompression.LEAST_BYTES;
    assertThat(TextCompression.codingOf(response("application/json", least), List.of("gzip")))
        .isNotNull();
    assertThat(TextCompression.codingOf(response("application/json", least - 1), List.of("gzip")))
        .isNull();
    assertThat(TextCompression.codingOf(response("pprof/raw", least), List.of("gzip"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 300, 100_000})
  void oneAnswerAfterTheOtherCanBeRead(int bytes) throws IOException {
    var random = new Random(bytes);
    for (int i = 0; i < 3; i++) {
      byte[] body = new byte[bytes];
      random.nextBytes(body);
      var page = new PageBytes().append(body, 0, bytes);
      try (InputStream in =
          read(compression.compress(page, ContentCoding.GZIP), ContentCoding.GZIP)) {
        assertThat(in.readAllBytes()).isEqualTo(body);
      }
      try (InputStream in =
          read(compression.compress(page, ContentCoding.DEFLATE), ContentCoding.DEFLATE)) {
        assertThat(in.readAllBytes()).isEqualTo(body);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBodyOfPiecesCanBeReadWhole(ContentCoding coding) throws IOException {
    var random = new Random(7);
    var expected = new ByteArrayOutputStream();
    var packed = compression.begin(coding);
    for (int size : new int[] {0, 1, 70_000, 300}) {
      byte[] piece = new byte[size];
      random.nextBytes(piece);
      expected.writeBytes(piece);
      compression.add(new PageBytes().append(piece, 0, size), packed);
    }
    compression.end(packed);

    try (InputStream in = read(packed, coding)) {
      assertThat(in.readAllBytes()).isEqualTo(expected.toByteArray());
    }
  }

  @Test
  void ofTwoThatAreTakenOneIsKept() {
    var second = shelf.take();
    assertThat(second).isNotSameAs(compression);
    shelf.putBack(second);

    assertThat(shelf.take()).isSameAs(second);
    assertThat(shelf.take()).isNotSameAs(second);
  }

  private static InputStream read(PageBytes compressed, ContentCoding coding) throws IOException {
    var all = ByteBuffer.allocate((int) compressed.length());
    compressed.chunks().forEach(all::put);
    var bytes = new ByteArrayInputStream(all.array());
    return coding == ContentCoding.GZIP
        ? new GZIPInputStream(bytes)
        : new InflaterInputStream(bytes);
  }
}

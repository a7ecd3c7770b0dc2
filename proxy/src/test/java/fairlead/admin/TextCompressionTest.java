package fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http.ContentCoding;
import fairlead.telemetry.PageBytes;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayInputStream;
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
import org.junit.jupiter.params.provider.ValueSource;

class TextCompressionTest {
  private final TextCompression compression = new TextCompression();

  @AfterEach
  void end() {
    compression.end();
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

  private static InputStream read(PageBytes compressed, ContentCoding coding) throws IOException {
    var all = ByteBuffer.allocate((int) compressed.length());
    compressed.chunks().forEach(all::put);
    var bytes = new ByteArrayInputStream(all.array());
    return coding == ContentCoding.GZIP
        ? new GZIPInputStream(bytes)
        : new InflaterInputStream(bytes);
  }
}

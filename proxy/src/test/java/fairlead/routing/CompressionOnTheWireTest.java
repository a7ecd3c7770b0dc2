package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code compressionLevel} from the configuration to the socket ({@code spec/http.md} §7.9). */
@Timeout(60)
class CompressionOnTheWireTest {
  private static final String TEXT = "not all those who wander are lost\n".repeat(5000);
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
  private static final String GET =
      "GET / HTTP/1.1\r\nHost: web\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n";

  private Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private static String inflated(String answer) throws IOException {
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    var in =
        new GZIPInputStream(new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1)));
    return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
  }

  @Test
  void textsAreCompressedByDefault() throws IOException {
    var backend = rig.backend("web", HEAD + "Content-Length: " + TEXT.length() + "\r\n\r\n" + TEXT);
    var caller = rig.caller();

    for (int i = 0; i < 3; i++) {
      String answer = caller.ask(GET);

      assertThat(answer)
          .contains("Content-Encoding: gzip\r\n", "Vary: Accept-Encoding\r\n")
          .contains("Transfer-Encoding: chunked\r\n")
          .doesNotContain("Content-Length")
          .hasSizeLessThan(TEXT.length() / 50);
      assertThat(inflated(answer)).isEqualTo(TEXT);
    }
    assertThat(backend.head()).contains("Accept-Encoding: gzip, deflate, br\r\n");
    assertThat(backend.connections).hasValue(1);
  }

  @Test
  void errorsOfOursAreCompressedToo() throws IOException {
    String answer = rig.caller().ask(GET.replace("web", "nowhere-" + "x".repeat(100)));

    assertThat(answer).startsWith("HTTP/1.1 502 ").contains("Content-Encoding: gzip\r\n");
    assertThat(inflated(answer)).startsWith("Unable to route request!");
  }

  @Test
  void levelZeroCompressesNothing() throws IOException {
    var options = new Rig.Options();
    options.compressionLevel = 0;
    rig.close();
    rig = new Rig(options);
    rig.backend("web", HEAD + "Content-Length: " + TEXT.length() + "\r\n\r\n" + TEXT);

    assertThat(rig.caller().ask(GET)).endsWith("\r\n\r\n" + TEXT).doesNotContain("Vary");
  }

  /** An answer cut short must not become a whole one by the end of the compressed stream. */
  @Test
  void anAnswerCutShortStaysCutShort() throws IOException {
    rig.backend(
        "web",
        wire -> {
          var _ = wire.request();
          wire.send(HEAD + "Content-Length: " + 2 * TEXT.length() + "\r\n\r\n" + TEXT);
          wire.close();
        });

    assertThatIOException().isThrownBy(() -> rig.caller().ask(GET)).withMessageContaining("ended");
  }
}

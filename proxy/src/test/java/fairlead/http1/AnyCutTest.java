package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection does depends on the bytes, never on how the network cut them. */
class AnyCutTest {
  private static final int STREAMS = 12;

  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";

  private static final List<String> GOOD =
      List.of(
          "GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
          "\r\nHEAD /b?c HTTP/1.1\r\nHost:a\r\nX: \t y \r\n\r\n",
          "POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
          "PUT /d HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
          "POST /e HTTP/1.1\r\nHost: a\r\n" + CHUNKED + "5;x=\"y\"\r\nhello\r\n0\r\n\r\n",
          "PUT /f HTTP/1.1\r\nHost: a\r\n" + CHUNKED + "0a\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n",
          "GET http://b/f HTTP/1.1\r\nHost: a\r\nVia: 1.1 x\r\nVia: 1.1 y\r\n\r\n",
          "GET /g HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
          "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\n\r\n");

  private static final List<String> BAD =
      List.of(
          "GET /a HTTP/1.1\r\n\r\n",
          "GET /a HTTP/1.1\nHost: a\r\n\r\n",
          "GET /a HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
          "GET /a HTTP/1.2\r\nHost: a\r\n\r\n",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nx",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX y: z\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nshort",
          "GET /half HTTP/1.1\r\nHo");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anyMixOfMessagesIsServedTheSame(long seed) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int i = 0; i < STREAMS; i++) {
      String bytes = stream(random);
      Served whole = Served.of(bytes);

      for (int cut = 1; cut < bytes.length(); cut++) {
        assertThat(Served.of(bytes, cut))
            .as("seed %d, cut %d of %s", seed, cut, bytes)
            .isEqualTo(whole);
      }
      assertThat(Served.of(bytes, Wire.everywhere(bytes)))
          .as("seed %d: %s", seed, bytes)
          .isEqualTo(whole);
    }
  }

  /** Up to three good messages, then mostly a bad one, mostly with something behind it. */
  private static String stream(RandomGenerator random) {
    var bytes = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      bytes.append(GOOD.get(random.nextInt(GOOD.size())));
    }
    if (bytes.isEmpty() || random.nextInt(3) > 0) {
      bytes.append(BAD.get(random.nextInt(BAD.size())));
      bytes.append(random.nextBoolean() ? GOOD.getFirst() : "");
    }
    return bytes.toString();
  }
}

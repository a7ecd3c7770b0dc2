package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http.Head;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code spec/threats.md} 23, 24 and D1: what a backend may send. */
class ResponseThreatsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5, 6",
        "Content-Length: -5",
        "Content-Length:",
        "Content-Length: +5",
        "Content-Length: 05",
        "Content-Length: 0x5",
        "Content_Length: 5",
        "Transfer-Encoding:",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked,",
        "Transfer-Encoding: chunked\0",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "X: a\r\n b",
        "X : a",
        ": a",
        "X: a\0",
        "X: a\rb"
      })
  void threat23_ambiguousOrMalformedHead(String lines) {
    refused("HTTP/1.1 200 OK\r\n" + lines + "\r\n\r\nhello");
  }

  @Test
  void threat23_chunksInHttp10() {
    refused("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "ICY 200 OK\r\n\r\n",
        "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n"
      })
  void threat23_noStatusLine(String response) {
    refused(response);
  }

  @Test
  void threat10_trailersOfAnswersThatSteerAreDropped() {
    var trailers =
        List.of(
            "Content-Length: 5",
            "Set-Cookie: a=b",
            "l5d-success-class: 1.0",
            "Location: /x",
            "Vary: *",
            "Cache-Control: public",
            "X-Sum: 12");
    String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";

    Reading reading =
        Wire.responsesHoweverCut(chunked + String.join("\r\n", trailers) + "\r\n\r\n");

    assertThat(reading.messages().getFirst().trailers()).containsExactly("X-Sum: 12");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "ffffffffffffffff\r\nhello\r\n",
        "5;a=\u0001\r\nhello\r\n",
        "0\r\nX y: z\r\n\r\n"
      })
  void threat23_badChunks(String body) {
    refused("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body, 400);
  }

  @Test
  void threat23_bytesBehindAnAnswerWithoutBodyAreNotPartOfIt() {
    Reading reading =
        Wire.responsesHoweverCut("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");

    assertThat(reading.messages()).extracting(Reading.Message::body).containsExactly("", "");
  }

  @Test
  void threat23_aBodyCutShortIsNotComplete() {
    assertThat(Wire.responses("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell").messages())
        .isEmpty();
    String chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    assertThat(Wire.responses(chunk).messages()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"200, false", "101, true", "100, false", "426, false"})
  void threat24_only101ChangesTheProtocol(int status, boolean expected) {
    Head response =
        Heads.response(
            "HTTP/1.1 " + status + " X\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n");

    assertThat(Framing.isSwitch("websocket", response)).isEqualTo(expected);
    assertThat(Framing.isSwitch(null, response)).as("nobody asked").isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket, h2c\r\n\r\n",
        "HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.1 101 X\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.0 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
      })
  void threat24_101ChangesToWhatWasAskedForAndNothingElse(String response) {
    assertThat(Framing.isSwitch("websocket", Heads.response(response))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
      })
  void threat25_upgradeCountsOnlyWithConnectionInHttp11(String bytes) {
    assertThat(Heads.request(bytes).wantsUpgrade()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"100, true", "102, true", "103, true", "101, false", "200, false", "204, false"})
  void seenD01_interimAnswersDoNotEndAnExchange(int status, boolean interim) {
    assertThat(Framing.isInterim(Head.response(status, ""))).isEqualTo(interim);
  }

  @Test
  void readsUntilTheConnectionCloses() {
    Reading reading = Wire.responsesHoweverCut("HTTP/1.0 200 \r\nX: y\r\n\r\nhello");

    assertThat(reading.messages().getFirst())
        .isEqualTo(new Reading.Message("1.0 200 ", List.of("X: y"), "hello", List.of()));
  }

  @Test
  void acceptsCodingsInAnyCaseFromBackends() {
    Reading reading =
        Wire.responsesHoweverCut(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding:  Chunked \r\n\r\n1\r\nx\r\n0\r\n\r\n");

    assertThat(reading.messages().getFirst().body()).isEqualTo("x");
  }

  private static void refused(String bytes) {
    refused(bytes, 502);
  }

  /** A body's fault is told as the codec sees it: there is no answer left to give it in. */
  private static void refused(String bytes, int status) {
    Reading reading = Wire.responsesHoweverCut(bytes);

    assertThat(reading.status()).as(bytes).isEqualTo(status);
    assertThat(reading.messages()).isEmpty();
  }
}

package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.Requirement;
import fairlead.wire.HeadLimits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code spec/threats.md} 1–22, 47 against callers: refused before anything is routed. */
class RequestThreatsTest {
  private static final String SMUGGLED = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
        "Transfer-Encoding: chunked\r\nX: y\r\ncontent-length: 0\r\n"
      })
  void threat01_bothLengthAndChunked(String framing) {
    refused("POST / HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n0\r\n\r\n" + SMUGGLED, 400);
  }

  @Test
  void threat02_chunkedFirstThenLength() {
    String framing = "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n";

    refused("POST / HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n5c\r\n" + SMUGGLED, 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n"
      })
  void threat03_transferEncodingInHttp10(String fields) {
    refused("POST / HTTP/1.0\r\nHost: a\r\n" + fields + "\r\n0\r\n\r\n", 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked ",
        "Transfer-Encoding: chunked\t",
        "Transfer-Encoding: chunked,",
        "Transfer-Encoding: chunked, ",
        "Transfer-Encoding: chunked\u000b",
        "Transfer-Encoding: chunked\f",
        "Transfer-Encoding: \0chunked",
        "Transfer-Encoding: chunked\r\n ",
        "Transfer-Encoding: chunked\r\n\tx",
        "Transfer-Encoding\t: chunked",
        "Transfer-Encoding: ,chunked",
        "Transfer-Encoding:\tchunked",
        "Transfer-Encoding:  chunked",
        "Transfer-Encoding: \u000bchunked",
        "Transfer-Encoding: \fchunked",
        "Transfer-Encoding: chunked\0",
        "Transfer-Encoding:\r\n chunked",
        "Transfer-Encoding: Chunked",
        "Transfer-Encoding: CHUNKED",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: chunked;q=1",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\0: chunked",
        " Transfer-Encoding: chunked",
        "Transfer-Encoding: chu\rnked",
        "Transfer-Encoding: chunke\u00e4"
      })
  void threat04_disguisedTransferEncoding(String line) {
    refused("POST / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n0\r\n\r\n", 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip",
        "chunked, gzip",
        "gzip, chunked",
        "",
        " ",
        "deflate",
        "chunked, identity",
        "trailers"
      })
  void threat05_otherOrEmptyCodings(String coding) {
    refused(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n", 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\nX: y\r\ncontent-length: 5",
        "Content-Length: 5, 5",
        "Content-Length: 5,6",
        "Content-Length: ,5",
        "Content-Length: 5,,5",
        "Content-Length: 5\r\n 5",
        "Content-Length: 0\r\nContent-Length: 5",
        "Content-Length: 5,"
      })
  void threat06_lengthTwice(String lines) {
    refused("POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\nhello", 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "+1",
        "-1",
        "0x5",
        "05",
        "00",
        "1_0",
        "1 0",
        "1\t0",
        "5.",
        "5e0",
        "5;",
        "0b1",
        "\u000b5",
        "5\0",
        "1000000000000000000",
        "9223372036854775808",
        "18446744073709551621",
        "99999999999999999999",
        "\u00b2",
        "five"
      })
  void threat07_badLength(String length) {
    refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\nhello", 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x5\r\nhello\r\n",
        "0X5\r\nhello\r\n",
        "\t5\r\nhello\r\n",
        "5h\r\nhello\r\n",
        "5.0\r\nhello\r\n",
        "5,5\r\nhello\r\n",
        "5\0\r\nhello\r\n",
        "\u00b2\r\nhello\r\n",
        "FFFFFFFFFFFFFFFF\r\nhello\r\n",
        "+5\r\nhello\r\n",
        "-5\r\nhello\r\n",
        "5_\r\nhello\r\n",
        " 5\r\nhello\r\n",
        "5 \r\nhello\r\n",
        "5\t\r\nhello\r\n",
        "\r\nhello\r\n",
        "g\r\nhello\r\n",
        "10000000000000005\r\nhello\r\n",
        "ffffffffffffffff\r\nhello\r\n",
        "fffffffffffffffff\r\nhello\r\n",
        "00000000000000005\r\nhello\r\n",
        "5\nhello\r\n",
        "5\rhello\r\n",
        "5\r\nhello\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhelloXX0\r\n\r\n",
        "5\r\nhello\r0\r\n\r\n",
        "0\n\r\n",
        "0\r\n\n"
      })
  void threat08_badChunk(String chunk) {
    refusedInItsBody(chunked() + chunk + "0\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5;",
        "5; ",
        "5;;a",
        "5;a=",
        "5;a=;b",
        "5 ;a",
        "5; a",
        "5;a =b",
        "5;=b",
        "5;a\nb",
        "5;a\rb",
        "5;a=\0",
        "5;a=\u0001",
        "5;a=\"b",
        "5;a=\"b\"c",
        "5;a=\"\n\"",
        "5;a=\"\\\u0001\"",
        "5;a=\"\r\"",
        "5;a=\u007f",
        "5;\u00e4"
      })
  void threat09_badChunkExtension(String line) {
    refusedInItsBody(chunked() + line + "\r\nhello\r\n0\r\n\r\n");
  }

  @Test
  void threat09_longChunkExtensionsTogether() {
    String chunk = "1;" + "a".repeat(1000) + "\r\nx\r\n";

    refusedInItsBody(chunked() + chunk.repeat(5) + "0\r\n\r\n");
    refusedInItsBody(chunked() + "1;" + "a".repeat(4096) + "\r\nx\r\n0\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5;a", "5;a=b", "5;a=\"b c\\\"\"", "5;a;b=c;d=\"\""})
  void threat09_goodExtensionsAreDropped(String line) {
    Reading reading = Wire.requestsHoweverCut(chunked() + line + "\r\nhello\r\n0;z=1\r\n\r\n");

    assertThat(reading.messages()).hasSize(1);
    assertThat(reading.messages().getFirst().body()).isEqualTo("hello");
  }

  @Test
  void threat10_trailersThatSteerAreDropped() {
    Reading reading =
        Wire.requestsHoweverCut(
            chunked()
                + "0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: evil\r\n"
                + "Authorization: x\r\nl5d-dtab: /x=>/y\r\nX-Forwarded-For: 1\r\nCookie: a\r\n"
                + "Cache-Control: no-store\r\nl5d-anything: 1\r\nX-Sum: 12\r\n\r\n");

    var message = reading.messages().getFirst();
    assertThat(message.trailers()).containsExactly("X-Sum: 12");
    assertThat(message.fields()).containsExactly("Host: a", "Transfer-Encoding: chunked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X y: z", ": z", "X", " X: y", "X: a\0", "X: a\r\n b", "X: a\n"})
  void threat10_malformedTrailers(String line) {
    refusedInItsBody(chunked() + "0\r\n" + line + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "DELETE"})
  void threat11_bodiesBelongToTheirRequestWhateverTheMethod(String method) {
    String request = method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: ";

    Reading reading = Wire.requestsHoweverCut(request + SMUGGLED.length() + "\r\n\r\n" + SMUGGLED);

    assertThat(reading.messages()).hasSize(1);
    assertThat(reading.messages().getFirst().body()).isEqualTo(SMUGGLED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\0",
        "\u0001",
        "\t",
        " ",
        "\n",
        "\r",
        "\r\n\r\n",
        "\u007f",
        "\r\n\n",
        "\r\n ",
        "\r\r\n",
        "\u00ff",
        "\u001f\r\n"
      })
  void threat13_junkBeforeTheRequestLine(String junk) {
    refused(junk + SMUGGLED, 400);
  }

  @Test
  void threat13_oneEmptyLineIsSkipped() {
    Reading reading = Wire.requestsHoweverCut("\r\n" + SMUGGLED + "\r\n" + SMUGGLED);

    assertThat(reading.messages()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "GET / HTTP/1.1\n\n",
        "GET / HTTP/1.1\rHost: a\r\r",
        "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\nZ: w\r\n\r\n"
      })
  void threat14_bareCrOrLf(String request) {
    refused(request, 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: a\r\n b",
        "X: a\r\n\tb",
        "X : a",
        "X\t: a",
        " X: a",
        "\tX: a",
        "X",
        "X y: a",
        "X(y): a",
        "\"X\": a"
      })
  void threat15_badFieldLine(String line) {
    refused("GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n", 400);
    refused("GET / HTTP/1.1\r\n" + line + "\r\nHost: a\r\n\r\n", 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {":", ": a", ":a", " : a"})
  void threat16_emptyName(String line) {
    refused("GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n", 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u007f HTTP/1.1\r\nHost: a\r\n\r\n",
        "GE\u00e4 / HTTP/1.1\r\nHost: a\r\n\r\n",
        "G\0T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX\u00e4: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX\0: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\u0001b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: \u007f\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: \u00e4\r\n\r\n"
      })
  void threat17_controlsAndBytesAboveAscii(String request) {
    refused(request, 400);
  }

  @Test
  void threat17_bytesAboveAsciiInValuesPassAsTheyAreUnlessForbidden() {
    String request = "GET / HTTP/1.1\r\nHost: a\r\nX: caf\u00e9\r\n\r\n";
    var strict = new HeadLimits(4096, 8192, 100, false);

    assertThat(Wire.requestsHoweverCut(request).messages().getFirst().fields())
        .contains("X: caf\u00e9");
    assertThat(Wire.requests(strict, request).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: a\r\nHost: a",
        "Host: a\r\nHost: b",
        "Host: a, b",
        "Host: a,b",
        "Host: user@a",
        "Host: a/b",
        "Host: a?b",
        "Host: a:b",
        "Host: a:80:80",
        "Host: :80",
        "Host: [::1",
        "Host: []",
        "Host: [1]",
        "Host: [:::]",
        "Host: [1::2::3]",
        "Host: [1:2:3:4:5:6:7]",
        "Host: [1:2:3:4:5:6:7:8:9]",
        "Host: [1:2:3:4:5:6:7::8]",
        "Host: [::12345]",
        "Host: [1:]",
        "Host: [:1]",
        "Host: [::1.2.3.256]",
        "Host: [::1.2.03.4]",
        "Host: [::1.2.3]",
        "Host: [::1.2.3.4.5]",
        "Host: [1:2:3:4:5:6:7:1.2.3.4]",
        "Host: [::1%25lo]",
        "Host: [v1.x]",
        "Host: a%",
        "Host: a%2",
        "Host: a%zz",
        "Host: %%20",
        "Host: [::1]x",
        "Host: a b",
        "Host: a:123456",
        "Host: http://a"
      })
  @Requirement(
      rfc = "9113 §8.3.1",
      says = "no user comes into :authority: neither Host nor a target of HTTP/1.1 has one")
  void threat19_badHost(String lines) {
    refused("GET / HTTP/1.1\r\n" + lines + "\r\n\r\n", 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: web",
        "Host: Web:8080",
        "Host: [::1]:80",
        "Host:",
        "Host: a_b.c-d",
        "Host: a:",
        "Host: a%2dB%2D",
        "Host: [::]",
        "Host: [1::]",
        "Host: [1:2:3:4:5:6:7:8]",
        "Host: [1:2:3:4:5:6:7::]",
        "Host: [::2:3:4:5:6:7:8]",
        "Host: [fe80::ABCD:1.2.3.255]:8080",
        "Host: [1:2:3:4:5:6:0.0.0.0]"
      })
  void threat19_goodHost(String line) {
    assertThat(Wire.requestsHoweverCut("GET / HTTP/1.1\r\n" + line + "\r\n\r\n").messages())
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user@web/",
        "http://user:secret@web/",
        "http:///x",
        "http://",
        "http://a,b/",
        "http://a:b/",
        "http://[1]/",
        "http://a%/",
        "ftp://a/",
        "http:/a",
        "x",
        "a:80",
        "*",
        "?x"
      })
  @Requirement(
      rfc = "9113 §8.3.1",
      says = "no user comes into :authority: neither Host nor a target of HTTP/1.1 has one")
  void threat19_badTargetForm(String target) {
    refused("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n", 400);
  }

  @Test
  void threat19_hostIsRequiredInHttp11Only() {
    refused("GET / HTTP/1.1\r\n\r\n", 400);
    refused("GET http://a/ HTTP/1.1\r\n\r\n", 400);

    assertThat(Wire.requestsHoweverCut("GET / HTTP/1.0\r\n\r\n").messages()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/#a",
        "/a#",
        "/a\\b",
        "/a b",
        "/a\tb",
        "http://a/#b",
        "/a\u000bb",
        "/\u00c0\u00ae"
      })
  void threat20_illegalTargetCharacters(String target) {
    refused("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n", 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/%00",
        "/%0d%0a",
        "/%c0%ae",
        "/a%2fb",
        "/..;/",
        "//x//",
        "/../a/./b",
        "/%",
        "/A?b=c|d"
      })
  void threat20_escapesPassUntouched(String target) {
    Reading reading = Wire.requestsHoweverCut("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(reading.messages().getFirst().start()).isEqualTo("GET " + target + " 1.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content_Length: 5",
        "content_length: 5",
        "transfer_encoding: chunked",
        "transfer_encoding: chunked\r\nTransfer-Encoding: chunked",
        "l5d_ctx_dtab: /x=>/y",
        "Host_: a\r\nx_real_ip: 1",
        "Transfer_Encoding: chunked",
        "l5d_dtab: /x=>/y",
        "X_Forwarded_For: 1",
        "x-forwarded_for: 1"
      })
  void threat21_underscoresForHyphens(String line) {
    refused("POST / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n", 400);
  }

  @Test
  void threat21_otherUnderscoresPass() {
    Reading reading = Wire.requestsHoweverCut("GET / HTTP/1.1\r\nHost: a\r\nmy_header: x\r\n\r\n");

    assertThat(reading.messages().getFirst().fields()).contains("my_header: x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.10\r\nHost: a\r\n\r\n",
        "GET / HTTP/11.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1,1\r\nHost: a\r\n\r\n",
        "GET / XTTP/1.1\r\nHost: a\r\n\r\n",
        "GET HTTP/1.1\r\nHost: a\r\n\r\n",
        "/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"
      })
  void threat22_malformedRequestLine(String request) {
    refused(request, 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/0.9\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.9\r\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET / HTTP/0.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
      })
  void threat22_otherVersions(String request) {
    refused(request, 505);
  }

  @Test
  void threat47_longRequestLine() {
    var limits = new HeadLimits(20, 100, 10, true);

    assertThat(Wire.requests(limits, "GET /4567890 HTTP/1.1").status()).isEqualTo(414);
    assertThat(Wire.requests(limits, "GET /456789 HTTP/1.1\r\nHost: a\r\n\r\n").messages())
        .hasSize(1);
    assertThat(Wire.requests(limits, "G".repeat(21)).status()).isEqualTo(414);
  }

  @Test
  void threat47_largeHeaders() {
    var limits = new HeadLimits(20, 40, 3, true);
    String start = "GET / HTTP/1.1\r\nHost: a\r\n";

    assertThat(Wire.requests(limits, start + "X: " + "y".repeat(30) + "\r\n\r\n").messages())
        .hasSize(1);
    assertThat(Wire.requests(limits, start + "X: " + "y".repeat(31)).status()).isEqualTo(431);
    assertThat(Wire.requests(limits, start + "a:\r\nb:\r\n\r\n").messages()).hasSize(1);
    assertThat(Wire.requests(limits, start + "a:\r\nb:\r\nc:\r\n").status()).isEqualTo(431);
  }

  @Test
  void threat47_trailersHaveTheLimitsOfHeaders() {
    var limits = new HeadLimits(100, 60, 3, true);
    String last = chunked() + "0\r\n";

    assertThat(Wire.requests(limits, last + "X: " + "y".repeat(58)).status()).isEqualTo(431);
    assertThat(Wire.requests(limits, last + "a:\r\nb:\r\nc:\r\nd:\r\n").status()).isEqualTo(431);
  }

  @Test
  void threat47_whatIsTooLargeIsAnsweredOnce() {
    refused("GET /" + "a".repeat(4092) + " HTTP/1.1\r\n", 414);
    refused("G".repeat(4097), 414);
    refused("GET / HTTP/1.1\r\nHost: a\r\n" + "a:\r\n".repeat(100), 431);
    refused("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + "a".repeat(8180), 431);
    refusedInItsBody(chunked() + "0\r\n" + "a:\r\n".repeat(101), 431);
    refusedInItsBody(chunked() + "0\r\nX: " + "a".repeat(8192), 431);
  }

  @Test
  void pipelinedRequestsAreReadOneByOne() {
    String post = "POST /p HTTP/1.1\r\nHost: b\r\nContent-Length: 5\r\n\r\nhello";

    Reading reading = Wire.requestsHoweverCut(SMUGGLED + post + SMUGGLED);

    assertThat(reading.messages())
        .extracting(Reading.Message::start)
        .containsExactly("GET /admin 1.1", "POST /p 1.1", "GET /admin 1.1");
    assertThat(reading.messages().get(1).body()).isEqualTo("hello");
    assertThat(reading.end()).isEqualTo(new Reading.End.Clean());
  }

  @Test
  void valuesAreTrimmedAndKept() {
    Reading reading =
        Wire.requestsHoweverCut("GET / HTTP/1.1\r\nHost:a\r\nX: \t b\tc \t\r\nY:\r\n\r\n");

    assertThat(reading.messages().getFirst().fields())
        .isEqualTo(List.of("Host: a", "X: b\tc", "Y: "));
  }

  private static String chunked() {
    return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  }

  /** Answered once, then closed; nothing reaches a backend. */
  private static void refused(String bytes, int status) {
    refusedByTheParser(bytes, status);
    refusedOnTheWire(bytes, status, List.of());
  }

  /** The same for a body, whose head has reached the backend: that one gets no end of it. */
  private static void refusedInItsBody(String bytes) {
    refusedInItsBody(bytes, 400);
  }

  /** The caller gets a 400 whatever {@code status} the parser says. */
  private static void refusedInItsBody(String bytes, int status) {
    refusedByTheParser(bytes, status);
    refusedOnTheWire(bytes, 400, List.of(Served.End.RESET));
  }

  private static void refusedByTheParser(String bytes, int status) {
    Reading reading = Wire.requestsHoweverCut(bytes);

    assertThat(reading.status()).as(bytes).isEqualTo(status);
    assertThat(reading.messages()).as(bytes).isEmpty();
  }

  private static void refusedOnTheWire(String bytes, int status, List<Served.End> reached) {
    Served served = Served.of(bytes + SMUGGLED);

    assertThat(served.statuses()).as(bytes).containsExactly(status);
    assertThat(served.answers()).containsOnlyOnce("Connection: close\r\n");
    assertThat(served.closed()).as(bytes).isTrue();
    assertThat(served.reached()).extracting(Served.Request::end).isEqualTo(reached);
    assertThat(Served.of(bytes + SMUGGLED, Wire.everywhere(bytes))).isEqualTo(served);
  }
}

package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code spec/threats.md} 1–22 and 47 on real sockets, through a whole router: each form is
 * answered once, the connection closed, and its backend sees nothing, or at least no whole request.
 * The names are those of Http11Probe where it has one.
 */
@Timeout(120)
class RefusedOnTheWireTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String SMUGGLED = "GET /admin HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: web\r\n";
  private static final String CHUNKED =
      "POST / HTTP/1.1\r\nHost: body\r\nTransfer-Encoding: chunked\r\n\r\n";

  private final Rig rig = new Rig();
  private final AtomicInteger whole = new AtomicInteger();
  private final TestBackend untouched = rig.backend("web", OK);

  record Form(String name, int status, String bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeEach
  void open() {
    rig.backend(
        "body",
        wire -> {
          while (wire.request() != null) {
            whole.incrementAndGet();
            wire.send(OK);
          }
        });
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static List<Form> heads() {
    var all = new ArrayList<Form>();
    head(all, "cl-te-both", "Content-Length: 5\r\nTransfer-Encoding: chunked");
    head(all, "tecl-desync", "Transfer-Encoding: chunked\r\nContent-Length: 3");
    for (String coding :
        List.of(
            "xchunked",
            "chunked ",
            "chunked\t",
            "chunked,",
            ",chunked",
            "chunked, ",
            "\tchunked",
            " chunked",
            "\u000bchunked",
            "chunked\u000b",
            "\fchunked",
            "chunked\f",
            "\0chunked",
            "chunked\0",
            "\r\n chunked",
            "chunked\r\n ",
            "Chunked",
            "CHUNKED",
            "chunked, chunked",
            "chunked\r\nTransfer-Encoding: chunked",
            "identity",
            "identity, chunked",
            "chunked\r\nTransfer-Encoding: identity",
            "gzip\r\nTransfer-Encoding: chunked",
            "chunked, identity",
            "chunked, gzip",
            "gzip, chunked",
            "gzip",
            "trailers",
            "",
            "chunked;q=1",
            "\"chunked\"",
            "chun\u00e4ked")) {
      head(all, "te " + coding, "Transfer-Encoding: " + coding);
    }
    head(all, "te-space-before-colon", "Transfer-Encoding : chunked");
    head(all, "te-tab-before-colon", "Transfer-Encoding\t: chunked");
    head(all, "te-nul-in-name", "Transfer-Encoding\0: chunked");
    head(all, "te-underscore", "Transfer_Encoding: chunked");
    for (String length :
        List.of(
            "",
            " ",
            "+5",
            "-5",
            "0x5",
            "05",
            "00",
            "0b1",
            "5_0",
            "5 0",
            "5\t0",
            "5, 5",
            "5,6",
            "5,",
            ",5",
            "5\r\nContent-Length: 5",
            "5\r\nContent-Length: 6",
            "5\r\ncontent-length: 5",
            "5.",
            "5e0",
            "5;",
            "five",
            "\u00b2",
            "\u000b5",
            "5\0",
            "5\r\n 5",
            "1000000000000000000",
            "9223372036854775808",
            "18446744073709551621")) {
      head(all, "cl " + length, "Content-Length: " + length);
    }
    head(all, "cl-space-before-colon", "Content-Length : 5");
    head(all, "cl-underscore", "Content_Length: 5");
    for (String line :
        List.of(
            "X",
            "X y: a",
            "X : a",
            " X: a",
            "\tX: a",
            "X: a\r\n b",
            ": a",
            ":",
            "X\0: a",
            "X: \0",
            "X: a\u0001",
            "X: \u007f",
            "X\u00e4: a",
            "X: a\rb",
            "X: a\nY: b",
            "l5d_dtab: /a=>/b",
            "Host: web",
            "Host: other",
            "Connection: a b")) {
      head(all, "line " + line, line);
    }
    whole(
        all,
        400,
        "te-http10",
        "POST / HTTP/1.0\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (String junk : List.of("\0", "\u0001", " ", "\t", "\n", "\r\n\r\n", "\r\n\n", "\u00ff")) {
      whole(all, 400, "junk " + junk, junk + SMUGGLED);
    }
    for (String start :
        List.of(
            "GET /\r\n",
            "GET  / HTTP/1.1\r\n",
            "GET /  HTTP/1.1\r\n",
            "GET / HTTP/1.1 \r\n",
            "GET / http/1.1\r\n",
            "GET / HTTP/1\r\n",
            "GET / HTTP/1.1\n",
            "GET / HTTP/1.1\r\r\n",
            "GET /#a HTTP/1.1\r\n",
            "GET /a\\b HTTP/1.1\r\n",
            "GET /a\tb HTTP/1.1\r\n",
            "GET /\0 HTTP/1.1\r\n",
            "GET /\u00c0\u00ae HTTP/1.1\r\n",
            "GET x HTTP/1.1\r\n",
            "GET http://u@web/ HTTP/1.1\r\n",
            "GET http://web,b/ HTTP/1.1\r\n",
            "G\0T / HTTP/1.1\r\n")) {
      whole(all, 400, "start " + start, start + "Host: web\r\n\r\n");
    }
    whole(all, 400, "no-host", "GET / HTTP/1.1\r\n\r\n");
    for (String host :
        List.of("web, b", "u@web", "web/a", "web:x", "web:80:80", "[::1", "[1]", "w%")) {
      whole(all, 400, "host " + host, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }
    for (String version : List.of("0.9", "1.2", "2.0", "3.0")) {
      whole(all, 505, version, "GET / HTTP/" + version + "\r\nHost: web\r\n\r\n");
    }
    whole(all, 505, "h2-preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    whole(all, 400, "bare-lf-everywhere", "GET / HTTP/1.1\nHost: web\n\n");
    whole(all, 400, "cr-only-line-ending", "GET / HTTP/1.1\rHost: web\r\r");
    whole(all, 414, "long-line", "GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: web\r\n\r\n");
    whole(all, 414, "endless-line", "a".repeat(5000));
    whole(all, 431, "long-cookie", GET + "Cookie: " + "a".repeat(9000) + "\r\n\r\n");
    whole(all, 431, "many-fields", GET + "a:\r\n".repeat(101) + "\r\n");
    whole(all, 431, "large-fields", GET + ("a: " + "b".repeat(900) + "\r\n").repeat(10) + "\r\n");
    return all;
  }

  private static void head(List<Form> all, String name, String lines) {
    all.add(new Form(name, 400, POST + lines + "\r\n\r\n0\r\n\r\n" + SMUGGLED));
  }

  private static void whole(List<Form> all, int status, String name, String bytes) {
    all.add(new Form(name, status, bytes));
  }

  private static List<Form> bodies() {
    var all = new ArrayList<Form>();
    for (String size :
        List.of(
            "0x5",
            "0X5",
            "+5",
            "-5",
            "5_",
            " 5",
            "\t5",
            "5 ",
            "5\t",
            "",
            "g",
            "5h",
            "5.0",
            "5,5",
            "\u00b2",
            "5\0",
            "10000000000000005",
            "ffffffffffffffff",
            "FFFFFFFFFFFFFFFF",
            "00000000000000005",
            "5;",
            "5; ",
            "5;;a",
            "5;a=",
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
            "5;" + "a".repeat(4096))) {
      all.add(
          body("size " + size.substring(0, Math.min(20, size.length())), size + "\r\nhello\r\n"));
    }
    all.add(body("chunk-bare-lf-size", "5\nhello\r\n"));
    all.add(body("chunk-bare-cr-size", "5\rhello\r\n"));
    all.add(body("chunk-bare-lf-end", "5\r\nhello\n"));
    all.add(body("chunk-no-crlf", "5\r\nhello"));
    all.add(body("chunk-too-long", "5\r\nhello!\r\n"));
    all.add(body("chunk-bare-lf-last", "0\n\r\n"));
    for (String line :
        List.of("X", "X y: z", ": z", " X: y", "X: a\0", "X: a\r\n b", "X: a\n", "X : y")) {
      all.add(body("trailer " + line, "0\r\n" + line + "\r\n\r\n"));
    }
    all.add(body("trailer-long", "0\r\nX: " + "a".repeat(9000) + "\r\n\r\n"));
    all.add(body("trailers-many", "0\r\n" + "a:\r\n".repeat(101) + "\r\n"));
    return all;
  }

  private static Form body(String name, String chunk) {
    return new Form(name, 400, CHUNKED + chunk + "0\r\n\r\n" + SMUGGLED);
  }

  static Stream<Form> forms() {
    return Stream.concat(heads().stream(), bodies().stream());
  }

  @ParameterizedTest
  @MethodSource("forms")
  void isAnsweredOnceAndReachesNoBackend(Form form) throws IOException {
    for (int piece : new int[] {form.bytes.length(), 1}) {
      try (var caller = Wire.connect(rig.address)) {
        send(caller, form.bytes, piece);
        String answer = caller.response();

        assertThat(answer).startsWith("HTTP/1.").contains(" " + form.status + " ");
        assertThat(answer).containsOnlyOnce("Connection: close\r\n");
        assertThat(caller.isAtEnd()).isTrue();
      }
    }
    assertThat(untouched.connections).hasValue(0);
    assertThat(whole).hasValue(0);
  }

  /** What is left when the answer is there is not sent any more. */
  private static void send(Wire caller, String bytes, int piece) throws IOException {
    for (int at = 0; at < bytes.length() && !caller.isReadable(); at += piece) {
      caller.send(bytes.substring(at, Math.min(bytes.length(), at + piece)));
    }
  }
}

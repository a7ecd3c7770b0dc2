package fairlead.admin;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import fairlead.admin.AdminConfig.Security;
import fairlead.config.Secret;
import fairlead.server.CannotListenException;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.PageBytes;
import fairlead.telemetry.PagePieces;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** The admin port over real connections on loopback ({@code spec/admin.md} §2, §10). */
class AdminServerTest extends AdminFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Some pieces of this are on their way one after the other, and none are alike. */
  private static final String LONG =
      IntStream.range(0, 500_000).mapToObj(Integer::toString).collect(joining(" "));

  @Test
  void answersPing() throws IOException {
    var response = get("/admin/ping");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("pong");
    assertThat(response.head())
        .contains("content-type: text/plain;charset=UTF-8", "X-Content-Type-Options: nosniff");
  }

  @Test
  void answersHeadLikeGetWithoutTheBody() throws IOException {
    var response = send(head("HEAD /admin/ping", CLOSE));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.head()).contains("content-length: 4");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    var first = new CompletableFuture<AdminResponse>();
    var pages =
        pages()
            .add("/late", _ -> first)
            .add("/soon", _ -> AdminResponse.text("second, " + first.isDone()).now());
    start(config(null), pages);

    try (var socket = connect()) {
      write(socket, head("GET /late", "Host: localhost") + head("GET /soon", CLOSE));
      first.complete(AdminResponse.text("first"));

      assertThat(readAll(socket)).containsSubsequence("first", "second, true");
    }
  }

  @Test
  void aLongAnswerArrivesWholeAndBeforeTheNext() throws IOException {
    start(config(null), pages().add("/long", _ -> longAnswer().now()));

    try (var socket = connect()) {
      write(socket, head("GET /long", "Host: localhost") + head("HEAD /long", "Host: localhost"));
      write(socket, head("GET /admin/ping", CLOSE));
      String[] answers = readAll(socket).split("(?=HTTP/1\\.1 200 OK\r\n)", -1);

      assertThat(answers).hasSize(3);
      assertThat(answers[0])
          .contains("content-length: " + LONG.length() + "\r\n")
          .endsWith("\r\n\r\n" + LONG);
      assertThat(answers[1])
          .contains("content-length: " + LONG.length() + "\r\n")
          .endsWith("\r\n\r\n");
      assertThat(answers[2]).endsWith("\r\n\r\npong");
    }
  }

  @Test
  void aLongAnswerIsCompressedWhole() throws IOException {
    start(config(null), pages().add("/long", _ -> longAnswer().now()));

    try (var socket = connect()) {
      write(socket, head("GET /long", "Accept-Encoding: gzip", CLOSE));
      byte[] raw = socket.getInputStream().readAllBytes();

      String text = new String(raw, StandardCharsets.ISO_8859_1);
      int body = text.indexOf("\r\n\r\n") + 4;
      assertThat(text).contains("content-length: " + (raw.length - body) + "\r\n");
      var in = new GZIPInputStream(new ByteArrayInputStream(raw, body, raw.length - body));
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(LONG);
    }
  }

  @Test
  void whoLeavesInTheMiddleOfALongAnswerIsForgotten() throws IOException {
    var more = new PageBytes();
    byte[] part = new byte[1 << 20];
    for (int i = 0; i < 256; i++) {
      more.append(PageBytes.of(part)); // more than any socket takes
    }
    var endless = AdminResponse.of(HttpResponseStatus.OK, "image/png", more);
    start(config(null), pages().add("/endless", _ -> endless.now()));
    try (var socket = connect()) {
      socket.setSoLinger(true, 0);
      write(socket, head("GET /endless", "Host: localhost"));
      assertThat(socket.getInputStream().read()).isEqualTo('H');
    }

    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!get("/admin/metrics.json?q=adminhttp").body().contains("\"connections\":1.0")) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
  }

  private static AdminResponse longAnswer() {
    var body = new PageBytes().append(LONG);
    return AdminResponse.of(HttpResponseStatus.OK, AdminResponse.TEXT, body);
  }

  @Test
  void aPageThatIsMadeWhileItIsSentComesInChunks() throws IOException {
    start(config(null), pages().add("/made", _ -> made(new MadePage(LONG)).now()));

    try (var socket = connect()) {
      write(socket, head("GET /made", "Host: localhost") + head("HEAD /made", "Host: localhost"));
      write(socket, head("GET /admin/ping", CLOSE));
      String[] answers = readAll(socket).split("(?=HTTP/1\\.1 200 OK\r\n)", -1);

      assertThat(answers).hasSize(3);
      assertThat(answers[0])
          .contains("transfer-encoding: chunked")
          .doesNotContain("content-length");
      assertThat(dechunked(answers[0])).isEqualTo(LONG);
      assertThat(answers[1]).contains("transfer-encoding: chunked").endsWith("\r\n\r\n");
      assertThat(answers[2]).endsWith("\r\n\r\npong");
    }
  }

  @Test
  void aPageOfOnePieceHasALength() throws IOException {
    start(config(null), pages().add("/made", _ -> made(new MadePage("short")).now()));

    var response = get("/made");

    assertThat(response.head()).contains("content-length: 5");
    assertThat(response.body()).isEqualTo("short");
  }

  @Test
  void whereThereAreNoChunksTheConnectionsEndIsThatOfThePage() throws IOException {
    start(config(null), pages().add("/made", _ -> made(new MadePage(LONG)).now()));

    try (var socket = connect()) {
      write(socket, "GET /made HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      String answer = readAll(socket);

      assertThat(answer)
          .contains("connection: close")
          .doesNotContain("transfer-encoding")
          .endsWith("\r\n\r\n" + LONG);
    }
  }

  @Test
  void aPageThatIsMadeWhileItIsSentIsCompressed() throws IOException {
    start(config(null), pages().add("/made", _ -> made(new MadePage(LONG)).now()));

    for (int i = 0; i < 2; i++) {
      try (var socket = connect()) {
        write(socket, head("GET /made", "Accept-Encoding: gzip", CLOSE));
        String answer = readAll(socket, StandardCharsets.ISO_8859_1);

        assertThat(answer).contains("content-encoding: gzip");
        byte[] packed = dechunked(answer).getBytes(StandardCharsets.ISO_8859_1);
        var in = new GZIPInputStream(new ByteArrayInputStream(packed));
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(LONG);
      }
    }
  }

  @Test
  void fault26_aPageIsNotMadeAheadOfItsReader() throws Exception {
    var page = new MadePage("x".repeat(64 << 20));
    start(config(null), pages().add("/made", _ -> made(page).now()));

    try (var socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(server().address());
      write(socket, head("GET /made", CLOSE));
      assertThat(socket.getInputStream().read()).isEqualTo('H');

      byte[] some = new byte[64 * 1024];
      long read = 0;
      for (int n = 0; n >= 0; n = socket.getInputStream().read(some)) {
        read += n;
        assertThat(page.at - read).isLessThan(16 << 20); // what the system takes of a connection
      }
      assertThat(read).isGreaterThan(64 << 20);
    }
  }

  @Test
  void aPageThatFailsInTheMiddleDoesNotLookWhole() throws IOException {
    var page = new MadePage(LONG);
    page.failsAt = LONG.length() / 2;
    start(config(null), pages().add("/made", _ -> made(page).now()));

    try (var socket = connect()) {
      write(socket, head("GET /made", "Host: localhost"));

      assertThat(readAll(socket)).contains("chunked").doesNotEndWith("\r\n0\r\n\r\n");
    }
    assertThat(get("/admin/ping").body()).isEqualTo("pong");
  }

  private static AdminResponse made(PagePieces page) {
    return AdminResponse.of(AdminResponse.TEXT, page, Runnable::run);
  }

  /** Some text, piece by piece. */
  private static final class MadePage implements PagePieces {
    private final String text;
    private int failsAt = Integer.MAX_VALUE;
    private volatile int at;

    MadePage(String text) {
      this.text = text;
    }

    @Override
    public PageBytes next() {
      if (at >= failsAt) {
        throw new IllegalStateException("planted");
      }
      int end = Math.min(text.length(), at + SIZE);
      var piece = PageBytes.of(text.substring(at, end));
      at = end;
      return piece;
    }

    @Override
    public boolean isOver() {
      return at == text.length();
    }
  }

  /** The body of an answer that came in chunks (RFC 9112 §7.1). */
  private static String dechunked(String answer) {
    var body = new StringBuilder();
    int at = answer.indexOf("\r\n\r\n") + 4;
    while (true) {
      int line = answer.indexOf("\r\n", at);
      int size = Integer.parseInt(answer.substring(at, line), 16);
      at = line + 2 + size + 2;
      if (size == 0) {
        assertThat(at).isEqualTo(answer.length());
        return body.toString();
      }
      body.append(answer, line + 2, line + 2 + size);
    }
  }

  @Test
  void unknownPathsAre404EmptyOrForPeopleAPage() throws IOException {
    assertThat(get("/nothing").status()).isEqualTo(404);
    assertThat(get("/nothing").body()).isEmpty();
    var page = get("/<script>", "Accept: text/html");
    assertThat(page.status()).isEqualTo(404);
    assertThat(page.body()).contains("&lt;script&gt;").doesNotContain("<script>");
    assertThat(get("/nothing.html").body()).contains("no page");
  }

  @Test
  void compressesTextForCallersThatAcceptIt() throws IOException {
    tree.scope("a").scope("b".repeat(400)).counter("n");
    start(config(null), pages());

    byte[] raw;
    try (var socket = connect()) {
      write(socket, head("GET /admin/metrics.json", "Accept-Encoding: gzip", CLOSE));
      raw = socket.getInputStream().readAllBytes();
    }

    String text = new String(raw, StandardCharsets.ISO_8859_1);
    int body = text.indexOf("\r\n\r\n") + 4;
    assertThat(text).contains("content-encoding: gzip");
    var in = new GZIPInputStream(new ByteArrayInputStream(raw, body, raw.length - body));
    assertThat(new JsonMapper().readTree(in).size()).isPositive();
  }

  @Test
  void theSecurityFilterHidesWhatIsNotEnabled() throws IOException {
    var security =
        new Security(
            true,
            true,
            false,
            List.of(Pattern.compile("/admin/ping")),
            List.of(Pattern.compile("/admin/metrics.*")));
    start(config(security), pages());

    assertThat(get("/admin/ping").status()).isEqualTo(200);
    assertThat(get("/").status()).isEqualTo(200);
    assertThat(get("/admin/metrics.json").status()).isEqualTo(404);
    assertThat(get("/admin/threads.json", "Accept: text/html").body()).isEmpty();
  }

  @Test
  void threat58_aNameThatIsNotOursIsRefused() throws IOException {
    start(config(null), pages());

    assertThat(hostStatus("evil.example:9990")).isEqualTo(403);
    assertThat(hostStatus("localhost:9990")).isEqualTo(200);
    assertThat(hostStatus("10.0.0.7:9990")).isEqualTo(200);
    assertThat(hostStatus("[::1]:9990")).isEqualTo(200);
  }

  @Test
  void threat58_aPageOfAnotherSiteCannotShutUsDown() throws IOException {
    assertThat(post("/admin/shutdown", "Origin: http://evil.example").status()).isEqualTo(403);
    assertThat(post("/admin/shutdown", "Origin: null").status()).isEqualTo(403);
    assertThat(shutdowns).isEmpty();
    assertThat(post("/admin/shutdown", "Origin: http://localhost").status()).isEqualTo(200);
  }

  @Test
  void readOnlyIsAClear403() throws IOException {
    var usual = config(null);
    start(
        new AdminConfig(
            LOOPBACK, 0, GRACE, usual.linger(), null, new Secret("s3cret"), null, null, true),
        pages());
    logging.getLogger("fairlead");

    for (String target : List.of("/admin/shutdown", "/logging.json?logger=root&level=ERROR")) {
      var refused = post(target, "Authorization: Bearer s3cret");
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.body())
          .isEqualTo(
              "admin.readOnly is true: no page changes anything; change the configuration file"
                  + " instead, or end the process by SIGTERM\n");
    }

    assertThat(shutdowns).isEmpty();
    assertThat(get("/logging.json").body()).contains("\"root\",\"level\":\"DEBUG\"");
  }

  @Test
  void threat59_theTokenIsNotShown() {
    var config = new AdminConfig(LOOPBACK, 0, Duration.ZERO, null, new Secret("canary"));

    assertThat(config.toString()).doesNotContain("canary");
  }

  @Test
  void threat47_longLinesAndHeadsAreRefused() throws IOException {
    assertThat(get("/" + "x".repeat(5000)).status()).isIn(400, 414);
    assertThat(get("/admin/ping", "X: " + "x".repeat(9000)).status()).isIn(400, 431);
  }

  @Test
  void aPageThatFailsIs500AndCostsNothingElse() throws IOException {
    start(
        config(null),
        pages()
            .add(
                "/broken",
                _ -> {
                  throw new IllegalStateException("planted");
                })
            .add("/late", _ -> CompletableFuture.failedFuture(new IllegalStateException("late"))));

    assertThat(get("/broken").status()).isEqualTo(500);
    assertThat(get("/late").status()).isEqualTo(500);
    assertThat(get("/admin/ping").status()).isEqualTo(200);
  }

  @Test
  void whereTooManyAreConnectedTheOldestMakesRoom() throws IOException {
    var callers = new ArrayList<Socket>();
    for (int i = 0; i < AdminCallers.MOST; i++) {
      callers.add(connect());
    }

    assertThat(get("/admin/ping").status()).isEqualTo(200);

    assertThat(callers.getFirst().getInputStream().read()).as("of the oldest").isEqualTo(-1);
    for (var left : callers.subList(1, callers.size())) {
      write(left, head("GET /admin/ping", CLOSE));
      assertThat(readAll(left)).endsWith("pong");
    }
    callers.getFirst().close();
  }

  @Test
  void countsItself() throws IOException {
    get("/admin/ping");
    get("/admin/ping");

    assertThat(get("/admin/metrics.json?q=adminhttp").body()).contains("\"requests\":2");
  }

  @Test
  void aTakenPortIsAnErrorThatNamesIt() throws IOException {
    start(config(null), pages());
    int taken = server().address().getPort();
    var config = new AdminConfig(LOOPBACK, taken, Duration.ZERO, null, null);

    assertThatThrownBy(() -> AdminServer.start(config, pages(), new MetricsTree()))
        .isInstanceOf(CannotListenException.class)
        .hasMessageStartingWith("127.0.0.1:" + taken + ": ")
        .hasMessageContaining("in use");
  }

  @Test
  void closingTwiceEndsItOnce() throws IOException {
    start(config(null), pages());
    var server = server();
    server.close(Duration.ZERO).toCompletableFuture().join();

    assertThat(server.close(GRACE)).succeedsWithin(Duration.ofSeconds(5));
  }

  private int hostStatus(String host) throws IOException {
    return send(head("GET /admin/ping", "Host: " + host, "Connection: close")).status();
  }
}

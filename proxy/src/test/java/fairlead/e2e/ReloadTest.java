package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.tls.TestCa;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The configuration is read again while the real program runs (decision 23). */
@Timeout(180)
class ReloadTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** Requests a second while there are reloads. */
  private static final int RATE = Integer.getInteger("fairlead.reload.rate", 2000);

  private static final String LOCAL = "127.0.0.1";

  @TempDir Path dir;

  private final List<ServerSocket> backends = new ArrayList<>();
  private Path config = Path.of("");
  private int admin;
  private int port;
  private int other;

  @BeforeEach
  void choosePorts() throws IOException {
    config = dir.resolve("mesh.yaml");
    admin = Parts.freePort(LOCAL);
    port = Parts.freePort(LOCAL);
    other = Parts.freePort(LOCAL);
  }

  @AfterEach
  void stopBackends() throws IOException {
    for (var backend : backends) {
      backend.close();
    }
  }

  /** Answers each request by its name; returns its port. */
  private int backend(String name) throws IOException {
    var listening = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    backends.add(listening);
    byte[] answer =
        ascii("HTTP/1.1 200 OK\r\nX-Instance: " + name + "@here\r\nContent-Length: 2\r\n\r\nok");
    Thread.ofVirtual().start(() -> accept(listening, answer));
    return listening.getLocalPort();
  }

  private static void accept(ServerSocket listening, byte[] answer) {
    while (!listening.isClosed()) {
      try {
        Socket caller = listening.accept();
        caller.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> answer(caller, answer));
      } catch (IOException _) {
        return; // the test is over
      }
    }
  }

  private static void answer(Socket caller, byte[] answer) {
    try (caller) {
      InputStream in = new BufferedInputStream(caller.getInputStream());
      int ends = 0;
      for (int next = in.read(); next >= 0; next = in.read()) {
        ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
        if (ends == 2) {
          caller.getOutputStream().write(answer);
          ends = 0;
        }
      }
    } catch (IOException _) {
      return; // the proxy has closed it
    }
  }

  /**
   * Two routers: one that changes and one that does not.
   *
   * @param more keys of the first
   */
  private String text(int listen, int to, String more) {
    return """
    admin: {ip: 127.0.0.1, port: %d, shutdownGraceMs: 5000, lingerMs: 100}
    routers:
    - protocol: http
      label: changing
      dtab: /svc => /$/inet/127.0.0.1/%d
      servers: [{port: %d}]
    %s
    - protocol: http
      label: same
      dtab: /svc => /$/inet/127.0.0.1/%d
      servers: [{port: %d}]
    """
        .formatted(admin, to, listen, more.indent(2).stripTrailing(), to(0), other);
  }

  private int to(int number) {
    return backends.get(number).getLocalPort();
  }

  private Fairlead serve(String text) throws IOException {
    Files.writeString(config, text);
    return Fairlead.start(Place.loopback(), config, admin, Map.of()).awaitReady(port, other);
  }

  private Answer reload(String text) throws IOException {
    Files.writeString(config, text);
    return reload();
  }

  private Answer reload() throws IOException {
    try (var caller = new Caller(at(admin), SOON)) {
      return caller.send("POST", LOCAL + ":" + admin, "/admin/reload", "now");
    }
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static String askedAt(int port) throws IOException {
    var answer = Caller.once(at(port), "web", "/");
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    return answer.header("x-instance");
  }

  @Test
  void sighupPutsTheNewConfigurationInForceAndKeepsCallersConnected() throws Exception {
    int a = backend("a");
    int b = backend("b");
    try (Fairlead fairlead = serve(text(port, a, ""));
        var caller = new Caller(at(port), SOON)) {
      assertThat(caller.send("GET", "web", "/", "").header("x-instance")).isEqualTo("a@here");
      Files.writeString(config, text(port, b, ""));

      fairlead.program().signal("HUP");

      fairlead.program().awaitLine("in force: 1 change; routers made anew: changing", SOON);
      var answer = caller.send("GET", "web", "/", "");
      assertThat(answer.header("x-instance")).isEqualTo("b@here");
      assertThat(answer.closes()).isFalse();
      assertThat(fairlead.admin("/config.json")).contains("/" + b + "\"");
      fairlead.program().terminate();
      assertThat(fairlead.program().awaitExit(SOON)).isEqualTo(143);
    }
  }

  @Test
  void fault32_aFaultyFileLeavesTheOldConfigurationInForceAndSaysWhy() throws Exception {
    int a = backend("a");
    try (Fairlead fairlead = serve(text(port, a, ""))) {
      var answer = reload(text(port, a, "bindingTimeoutMs: soon"));

      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.body())
          .contains("the old configuration stays", config + ":7:21: routers[0].bindingTimeoutMs: ");
      fairlead.program().awaitLine("mesh.yaml:7:21: routers[0].bindingTimeoutMs: ", SOON);
      assertThat(askedAt(port)).isEqualTo("a@here");
      var shown = Caller.once(at(admin), LOCAL, "/config.json");
      assertThat(shown.header("fairlead-config-refused")).contains("mesh.yaml:7:21");
      assertThat(fairlead.admin("/admin/metrics.json"))
          .contains("\"config/reloads/failed\":1", "\"config/reloads/ok\":0", "config/age_ms");
      assertThat(fairlead.admin("/admin/reload")).contains("\"lastOutcome\":\"refused\"");
    }
  }

  @Test
  void fault32_aPartOfAFileLeavesTheOldConfigurationInForce() throws Exception {
    int a = backend("a");
    String whole = text(port, a, "");
    try (Fairlead fairlead = serve(whole)) {
      var answer = reload(whole.substring(0, whole.indexOf("servers: [{port") + 15));

      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.body()).contains("mesh.yaml:");
      assertThat(askedAt(port)).isEqualTo("a@here");
      assertThat(askedAt(other)).isEqualTo("a@here");
      assertThat(reload(whole).body()).contains("nothing to do");
      assertThat(Caller.once(at(admin), LOCAL, "/config.json").headers())
          .doesNotContainKey("fairlead-config-refused");
      assertThat(fairlead.program().running()).isTrue();
    }
  }

  @Test
  void fault32_aTakenPortLeavesTheOldConfigurationInForceAndLetsGoOfWhatWasBound()
      throws Exception {
    int a = backend("a");
    int free = Parts.freePort(LOCAL);
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Fairlead fairlead = serve(text(port, a, ""))) {
      String servers = "servers: [{port: %d}, {port: %d}]".formatted(free, taken.getLocalPort());

      var answer = reload(text(port, a, "").replaceFirst("servers: \\[[^\n]*", servers));

      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.body())
          .contains("routers[0].servers[1].port: " + taken.getLocalPort())
          .contains("another process listens there");
      assertThat(askedAt(port)).isEqualTo("a@here");
      Eventually.until(fairlead.program()::tail, SOON, () -> !Fairlead.accepts(at(free)));
    }
  }

  @Test
  void fault32_aKeyThatIsNotTheCertificatesLeavesTheOldConfigurationInForce() throws Exception {
    int a = backend("a");
    var ca = new TestCa(dir, "ca");
    var one = ca.issue("web").write(dir, "one");
    var two = ca.issue("web").write(dir, "two");
    try (Fairlead fairlead = serve(text(port, a, ""))) {
      String tls =
          "servers: [{port: %d, tls: {certPath: %s, keyPath: %s}}]"
              .formatted(port, one.certPath(), two.keyPath());

      var answer = reload(text(port, a, "").replaceFirst("servers: \\[[^\n]*", tls));

      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.body()).contains(two.keyPath().toString());
      assertThat(askedAt(port)).isEqualTo("a@here");
      assertThat(fairlead.program().running()).isTrue();
    }
  }

  @Test
  void whatABoundSocketHasForGoodIsRefusedWithItsPlace() throws Exception {
    int a = backend("a");
    try (Fairlead fairlead = serve(text(port, a, ""))) {
      String fixed = "servers: [{port: %d, socketOptions: {backlog: 7}}]".formatted(port);

      var answer = reload(text(port, a, "").replaceFirst("servers: \\[[^\n]*", fixed));

      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.body())
          .contains("mesh.yaml:6:")
          .contains("routers[0].servers[0].socketOptions: cannot change while fairlead runs");
      assertThat(fairlead.program().running()).isTrue();
    }
  }

  @Test
  void aMovedPortIsBoundBeforeTheOldOneIsGivenUpPolitely() throws Exception {
    int a = backend("a");
    int next = Parts.freePort(LOCAL);
    String patient = "lingerMs: 5000";
    try (Fairlead fairlead = serve(text(port, a, "").replace("lingerMs: 100", patient));
        var caller = new Caller(at(port), SOON)) {
      assertThat(caller.send("GET", "web", "/", "").closes()).isFalse();

      var answer = reload(text(next, a, "").replace("lingerMs: 100", patient));

      assertThat(answer.body()).contains("in force", "+ routers[0].servers[0]", "- routers[0]");
      assertThat(askedAt(next)).isEqualTo("a@here");
      assertThat(caller.send("GET", "web", "/", "").closes()).isTrue();
      Eventually.until(fairlead.program()::tail, SOON, () -> !Fairlead.accepts(at(port)));
    }
  }

  @Test
  void routersComeAndGo() throws Exception {
    int a = backend("a");
    int b = backend("b");
    int third = Parts.freePort(LOCAL);
    String two = text(port, a, "");
    String three =
        two
            + """
            - protocol: http
              label: third
              dtab: /svc => /$/inet/127.0.0.1/%d
              servers: [{port: %d}]
            """
                .formatted(b, third);
    try (Fairlead fairlead = serve(two)) {
      assertThat(reload(three).body()).contains("routers made anew: third");
      assertThat(askedAt(third)).isEqualTo("b@here");

      assertThat(reload(two).body()).contains("- routers[2]");

      Eventually.until(fairlead.program()::tail, SOON, () -> !Fairlead.accepts(at(third)));
      Eventually.until(
          "metrics of a router that is gone",
          SOON,
          () -> !fairlead.admin("/admin/metrics.json").contains("rt/third/"));
      assertThat(askedAt(other)).isEqualTo("a@here");
    }
  }

  @Test
  void aHundredReloadsUnderLoadLoseNoRequestAndLeaveNothingBehind() throws Exception {
    int a = backend("a");
    int b = backend("b");
    int extra = Parts.freePort(LOCAL);
    try (Fairlead fairlead = serve(text(port, a, ""))) {
      var third = Load.Plan.of(at(port), "web", "/", RATE / 3);
      try (var load =
          FullLoad.warm(
              third,
              third.with(Load.Connections.NEW),
              Load.Plan.of(at(other), "web", "/", RATE - RATE / 3 * 2))) {
        for (int n = 0; n < 100; n++) {
          var answer = reload(variant(n, a, b, extra));
          assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        }
        load.awaitSteady();
        var reports = load.endWithNoneFailed("100 reloads");
        assertThat(reports.get(0).answeredBy()).containsKeys("a@here", "b@here");
        assertThat(reports.get(1).answeredBy()).containsKeys("a@here", "b@here");
        assertThat(reports.get(2).answeredBy()).containsOnlyKeys("a@here");
      }

      Eventually.until(
          () -> "only what is in force: " + histogram(fairlead),
          Duration.ofSeconds(60),
          () -> leftBehind(histogram(fairlead)).isEmpty());
      assertThat(fairlead.admin("/admin/metrics.json"))
          .contains("\"config/reloads/ok\":100", "\"config/reloads/failed\":0");
      assertThat(fairlead.program().output()).doesNotContain("Exception");
    }
  }

  /** Another dtab each time; and in turn another port, other client settings, other rules. */
  private String variant(int n, int a, int b, int extra) {
    String more =
        switch (n % 4) {
          case 1 -> "client: {requestAttemptTimeoutMs: " + (10_000 + n) + "}";
          case 3 -> "maxHeadersKB: " + (8 + n % 3);
          default -> "";
        };
    String text = text(port, n % 2 == 0 ? b : a, more);
    return n % 4 == 2
        ? text.replaceFirst("port: " + port + "}]", "port: " + port + "}, {port: " + extra + "}]")
        : text;
  }

  private static final Map<String, Integer> AT_MOST =
      Map.of(
          "fairlead.routing.HttpRouter", 2,
          "fairlead.routing.Bindings", 2,
          "fairlead.server.HttpListener", 3,
          "fairlead.server.BoundAddress", 3,
          "fairlead.launcher.Naming", 3);

  private static List<String> leftBehind(String histogram) {
    return AT_MOST.entrySet().stream()
        .filter(entry -> count(histogram, entry.getKey()) > entry.getValue())
        .map(entry -> entry.getKey() + " " + count(histogram, entry.getKey()))
        .toList();
  }

  private static int count(String histogram, String type) {
    var line =
        Pattern.compile(" (\\d+) +\\d+ +" + Pattern.quote(type) + "(\\s|$)").matcher(histogram);
    return line.find() ? Integer.parseInt(line.group(1)) : 0;
  }

  /** What lives after a whole collection. */
  private static String histogram(Fairlead fairlead) {
    String jcmd = Path.of(Parts.java()).resolveSibling("jcmd").toString();
    String pid = String.valueOf(fairlead.program().pid());
    return Program.run(SOON, jcmd, pid, "GC.class_histogram")
        .lines()
        .filter(line -> line.contains("fairlead."))
        .reduce("", (all, line) -> all + line + "\n");
  }

  @Test
  void aLongAnswerAndAWebSocketOutliveReloads() throws Exception {
    int a = backend("a");
    int b = backend("b");
    try (var raw = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Fairlead fairlead = serve(text(port, raw.getLocalPort(), ""));
        var stream = new Socket(InetAddress.getLoopbackAddress(), port);
        var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      stream.getOutputStream().write(ascii("GET / HTTP/1.1\r\nHost: web\r\n\r\n"));
      try (Socket streaming = raw.accept()) {
        assertThat(head(streaming)).contains("GET / ");
        streaming.getOutputStream().write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none"));
        assertThat(head(stream)).contains(" 200 ");
        assertThat(stream.getInputStream().readNBytes(3)).isEqualTo(ascii("one"));
        socket.getOutputStream().write(ascii(UPGRADE));
        try (Socket upgraded = raw.accept()) {
          assertThat(head(upgraded)).containsIgnoringCase("upgrade: websocket");
          upgraded.getOutputStream().write(ascii(UPGRADED));
          assertThat(head(socket)).contains(" 101 ");

          assertThat(reload(text(port, a, "")).status()).isEqualTo(200);
          assertThat(reload(text(port, b, "maxHeadersKB: 9")).status()).isEqualTo(200);

          upgraded.getOutputStream().write(new byte[] {(byte) 0x81, 2, 'h', 'i'});
          assertThat(socket.getInputStream().readNBytes(4)).endsWith('h', 'i');
          socket
              .getOutputStream()
              .write(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'y', 'o'});
          assertThat(upgraded.getInputStream().readNBytes(8)).endsWith('y', 'o');
        }
        streaming.getOutputStream().write(ascii("two"));
        assertThat(stream.getInputStream().readNBytes(3)).isEqualTo(ascii("two"));
        assertThat(askedAt(port)).isEqualTo("b@here");
        assertThat(fairlead.program().output()).doesNotContain("Exception");
      }
    }
  }

  /** The backend's end of stream 1, of whose answer the caller has a half. */
  private static Socket halfAnswered(ServerSocket backend, FrameWire caller) throws IOException {
    caller.get(1, "/begun");
    Socket begun = backend.accept();
    assertThat(head(begun)).contains("GET /begun ");
    begun.getOutputStream().write(ascii(HALF_AN_ANSWER));
    assertThat(body(caller, 1)).isEqualTo("one");
    return begun;
  }

  @Test
  void streamsOfHttp2FinishAndLaterOnesOfTheirConnectionGoByTheNewConfiguration() throws Exception {
    backend("a");
    int b = backend("b");
    try (var raw = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Fairlead fairlead = serve(http2(text(port, raw.getLocalPort(), "")));
        var caller = FrameWire.greeted(at(port))) {
      try (Socket begun = halfAnswered(raw, caller)) {
        caller.get(3, "/asked");
        try (Socket asked = raw.accept()) {
          assertThat(head(asked)).contains("GET /asked ");

          assertThat(reload(http2(text(port, b, ""))).body()).contains("made anew: changing");

          caller.get(5, "/");
          assertThat(caller.answer(5).head()).contains(":status: 200", "x-instance: b@here");
          asked.getOutputStream().write(ascii(HALF_AN_ANSWER + "two"));
          assertThat(caller.answer(3).body()).isEqualTo("onetwo");
        }
        begun.getOutputStream().write(ascii("two"));
        assertThat(caller.answer(1).body()).isEqualTo("two");
      }
      assertThat(caller.ping()).noneMatch(frame -> frame.type() == Frame.GOAWAY);
      caller.get(7, "/");
      assertThat(caller.answer(7).head()).contains("x-instance: b@here");
      assertThat(fairlead.program().output()).doesNotContain("Exception");
    }
  }

  @Test
  void aListenerOfHttp2ThatIsGivenUpSaysGoAwayAndLetsStreamsFinish() throws Exception {
    int a = backend("a");
    int next = Parts.freePort(LOCAL);
    try (var raw = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Fairlead fairlead = serve(http2(text(port, raw.getLocalPort(), "")));
        var caller = FrameWire.greeted(at(port))) {
      try (Socket begun = halfAnswered(raw, caller)) {
        assertThat(reload(http2(text(next, a, ""))).body()).contains("in force");

        var goAway = caller.await(frame -> frame.type() == Frame.GOAWAY);
        assertThat(goAway.intAt(4)).as("NO_ERROR").isZero();
        Eventually.until(fairlead.program()::tail, SOON, () -> !Fairlead.accepts(at(port)));
        begun.getOutputStream().write(ascii("two"));
        assertThat(caller.answer(1))
            .isEqualTo(new FrameWire.Answer(List.of(), "two", List.of(), -1));
      }
      for (var frame = caller.next(); frame != null; frame = caller.next()) {
        assertThat(frame.type()).as("before the end: %s", frame).isEqualTo(Frame.GOAWAY);
      }
      try (var another = FrameWire.greeted(at(next))) {
        another.get(1, "/");
        assertThat(another.answer(1).head()).contains("x-instance: a@here");
      }
      assertThat(fairlead.program().output()).doesNotContain("Exception");
    }
  }

  /** Of a listener that stays, but by other rules for its connections. */
  @Test
  void aConnectionOfHttp2OfBeforeOtherLimitsIsServedAndAskedToComeAgain() throws Exception {
    backend("a");
    int b = backend("b");
    try (var raw = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Fairlead fairlead = serve(http2(text(port, raw.getLocalPort(), "")));
        var caller = FrameWire.greeted(at(port))) {
      try (Socket begun = halfAnswered(raw, caller)) {
        assertThat(reload(http2(text(port, b, "maxHeadersKB: 9"))).status()).isEqualTo(200);

        caller.get(3, "/");
        assertThat(caller.answer(3).head()).contains(":status: 200", "x-instance: b@here");
        var goAway = caller.await(frame -> frame.type() == Frame.GOAWAY);
        assertThat(goAway.intAt(4)).as("NO_ERROR").isZero();
        begun.getOutputStream().write(ascii("two"));
        assertThat(caller.answer(1).body()).isEqualTo("two");
      }
      assertThat(fairlead.program().output()).doesNotContain("Exception");
    }
  }

  private static final String HALF_AN_ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none";

  /** The first router's callers may speak HTTP/2. */
  private static String http2(String text) {
    return text.replaceFirst("servers: \\[\\{port: (\\d+)", "servers: [{port: $1, http2: true");
  }

  /** What comes first of a stream's body, behind its head. */
  private static String body(FrameWire caller, int stream) throws IOException {
    var head = caller.await(frame -> frame.stream() == stream);
    assertThat(caller.fields(head)).contains(":status: 200");
    var data = caller.await(frame -> frame.stream() == stream);
    assertThat(data.type()).isEqualTo(Frame.DATA);
    return new String(data.payload(), StandardCharsets.US_ASCII);
  }

  private static final String UPGRADE =
      """
      GET / HTTP/1.1\r
      Host: web\r
      Connection: Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      \r
      """;
  private static final String UPGRADED =
      """
      HTTP/1.1 101 Switching Protocols\r
      Connection: Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
      \r
      """;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String head(Socket socket) throws IOException {
    socket.setSoTimeout(Math.toIntExact(SOON.toMillis()));
    InputStream in = socket.getInputStream();
    var head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      assertThat(next).as("end after %s", head).isNotNegative();
      head.append((char) next);
    }
    return head.toString();
  }

  @Test
  void watchConfigFollowsEachWayInWhichAFileIsReplaced() throws Exception {
    int a = backend("a");
    int b = backend("b");
    Path mounted = Files.createDirectory(dir.resolve("mounted"));
    config = mounted.resolve("mesh.yaml");
    Path data = mounted.resolve("..data");
    version(mounted, "..1", watched(a));
    Files.createSymbolicLink(data, Path.of("..1"));
    Files.createSymbolicLink(config, Path.of("..data", "mesh.yaml"));
    try (Fairlead fairlead =
        Fairlead.start(Place.loopback(), config, admin, Map.of()).awaitReady(port, other)) {
      assertThat(askedAt(port)).isEqualTo("a@here");

      version(mounted, "..2", watched(b)); // as Kubernetes does
      Files.createSymbolicLink(mounted.resolve("..tmp"), Path.of("..2"));
      Files.move(mounted.resolve("..tmp"), data, StandardCopyOption.ATOMIC_MOVE);
      follows(fairlead, "b@here");

      Path fresh = Files.writeString(mounted.resolve("fresh"), watched(a)); // as editors do
      Files.move(fresh, config, StandardCopyOption.ATOMIC_MOVE);
      follows(fairlead, "a@here");

      String text = watched(b); // as a shell does, in pieces
      int half = text.indexOf("- protocol: http\n  label: same");
      try (var out = Files.newOutputStream(config)) {
        out.write(ascii(text.substring(0, half)));
        out.flush();
        Eventually.pause(Duration.ofMillis(100));
        out.write(ascii(text.substring(half)));
      }
      follows(fairlead, "b@here");
      assertThat(fairlead.program().output()).doesNotContain("- routers[1]");

      Files.writeString(config, text.substring(0, half - 9));
      fairlead.program().awaitLine("refused, the old configuration stays", SOON);
      assertThat(askedAt(port)).isEqualTo("b@here");
      Files.writeString(config, watched(a));
      follows(fairlead, "a@here");
    }
  }

  private String watched(int to) {
    return "watchConfig: true\n" + text(port, to, "");
  }

  private static void version(Path mounted, String name, String text) throws IOException {
    Files.writeString(Files.createDirectory(mounted.resolve(name)).resolve("mesh.yaml"), text);
  }

  private void follows(Fairlead fairlead, String instance) {
    Eventually.until(
        fairlead.program()::tail,
        SOON,
        () -> {
          try {
            return askedAt(port).equals(instance);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void checkLiveTellsBeforeAReloadWhatItWouldChange() throws Exception {
    int a = backend("a");
    int b = backend("b");
    try (Fairlead fairlead = serve(text(port, a, ""))) {
      Path next = Files.writeString(dir.resolve("next.yaml"), text(port, b, ""));
      var command = List.of("check", "--live", next.toString());

      try (Program check = Fairlead.command(Place.loopback(), Map.of(), command)) {
        assertThat(check.awaitExit(SOON)).as("%s", check.tail()).isZero();
        assertThat(check.output())
            .contains("~ routers[0].dtab: \"/svc => /$/inet/127.0.0.1/" + a + "\" → ")
            .contains("1 change to what runs on 127.0.0.1:" + admin)
            .contains("a reload makes them in place");
      }
      assertThat(fairlead.program().running()).isTrue();
    }
  }

  @Test
  void aConfigurationThatIsNoFileCannotBeReadAgainAndRunsOn() throws Exception {
    int a = backend("a");
    var environment = Map.of("FAIRLEAD_CONFIG", text(port, a, ""));
    try (Program program = Fairlead.command(Place.loopback(), environment, List.of("run"))) {
      program.awaitLine("initialized", Fairlead.START);

      Eventually.until(
          program::tail,
          SOON,
          () -> {
            program.signal("HUP");
            return program.output().contains("$FAIRLEAD_CONFIG: cannot be read again");
          });

      assertThat(askedAt(port)).isEqualTo("a@here");
    }
  }
}

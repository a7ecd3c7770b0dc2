package fairlead.client.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.activity.LoopSerialExecutor;
import fairlead.client.control.ControlResult.Answer;
import fairlead.client.control.ControlResult.Cause;
import fairlead.client.control.ControlResult.Failed;
import fairlead.discovery.consul.FakeConsul;
import fairlead.server.EventLoops;
import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsTree;
import fairlead.tls.ClientTls;
import fairlead.tls.KeyFiles;
import fairlead.tls.TlsServer;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NettyControlClientTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final EventLoopGroup io =
      new EventLoops(1, new DefaultThreadFactory("control"), NioIoHandler.newFactory());
  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final ControlRuntime runtime =
      new ControlRuntime(
          new LoopSerialExecutor(loop),
          io,
          task -> Thread.ofVirtual().start(task),
          RandomGenerator.of("L64X128MixRandom"),
          Instant::now);
  private FakeConsul consul;
  private NettyControlClient client;

  @TempDir Path dir;

  @BeforeEach
  void start() throws IOException {
    consul = FakeConsul.start();
    client = client("127.0.0.1", consul.port(), null, 10, 1 << 20);
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    consul.close();
    io.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
  }

  private NettyControlClient client(
      String host, int port, @Nullable ClientTls tls, int connections, int bytes) {
    return new NettyControlClient(new ControlOrigin(host, port, tls, connections, bytes), runtime);
  }

  /** From now on {@code consul} is asked so. */
  private void overTls(FakeConsul consul, ClientTls tls) {
    client.close();
    client = client("127.0.0.1", consul.port(), tls, 2, 1000);
  }

  private CompletableFuture<ControlResult> get(String target, Duration deadline, boolean held) {
    var result = new CompletableFuture<ControlResult>();
    client.get(new ControlRequest(target, Map.of("X-A", "b"), deadline, held), result::complete);
    return result;
  }

  private static ControlResult await(CompletableFuture<ControlResult> result)
      throws InterruptedException, ExecutionException, TimeoutException {
    return result.get(30, TimeUnit.SECONDS);
  }

  private static String body(ControlResult result) {
    assertThat(result).isInstanceOf(Answer.class);
    return new String(((Answer) result).body(), StandardCharsets.UTF_8);
  }

  private static Cause cause(ControlResult result) {
    assertThat(result).isInstanceOf(Failed.class);
    return ((Failed) result).cause();
  }

  @Test
  void sendsWhatIsAskedAndNothingElse() throws Exception {
    var result = get("/v1/x?y=1", LONG, false);
    var asked = consul.next();
    asked.answer(200, "X-Consul-Index: 5\r\n", "hello".getBytes(StandardCharsets.UTF_8));

    assertThat(body(await(result))).isEqualTo("hello");
    assertThat(((Answer) await(result)).header("x-consul-index")).isEqualTo("5");
    assertThat(asked.line()).isEqualTo("GET /v1/x?y=1 HTTP/1.1");
    assertThat(asked.headers())
        .isEqualTo(
            Map.of("host", "127.0.0.1:" + consul.port(), "accept-encoding", "gzip", "x-a", "b"));
  }

  @Test
  void connectionIsUsedAgain() throws Exception {
    for (int i = 0; i < 3; i++) {
      var result = get("/", LONG, false);
      consul.next().ok("x");
      await(result);
    }

    assertThat(consul.accepted()).isEqualTo(1);
  }

  @Test
  void oldConnectionThatHasEndedCostsNoAnswer() throws Exception {
    var first = get("/", LONG, false);
    var asked = consul.next();
    asked.ok("x");
    await(first);

    var second = get("/", LONG, false);
    consul.next().reset();
    consul.next().ok("y");

    assertThat(body(await(second))).isEqualTo("y");
  }

  @Test
  void fault01_connectionThatThePeerEndsIsAnInterruption() throws Exception {
    var first = get("/", LONG, false);
    consul.next().answer(200, "Connection: close\r\n", new byte[0]);
    await(first);
    var second = get("/", LONG, false);
    var asked = consul.next();
    assertThat(client.interruptions()).isZero();

    asked.reset();
    await(second);

    assertThat(client.interruptions()).isEqualTo(1);
  }

  @Test
  void gzipIsUnpacked() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write("hello".getBytes(StandardCharsets.UTF_8));
    }

    var result = get("/", LONG, false);
    consul.next().answer(200, "Content-Encoding: gzip\r\n", packed.toByteArray());

    assertThat(body(await(result))).isEqualTo("hello");
  }

  @Test
  void statusIsNotAFailure() throws Exception {
    var result = get("/", LONG, false);
    consul.next().answer(500, "", "No cluster leader".getBytes(StandardCharsets.UTF_8));

    assertThat(((Answer) await(result)).status()).isEqualTo(500);
  }

  @Test
  void refusedIsToldApart() throws Exception {
    // Bound by us, so that nobody else can come to listen there meanwhile.
    try (var silent = new Socket()) {
      silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      client.close();
      client = client("127.0.0.1", silent.getLocalPort(), null, 10, 100);

      assertThat(cause(await(get("/", LONG, false)))).isEqualTo(Cause.REFUSED);
    }
  }

  @Test
  void unknownHostIsToldApart() throws Exception {
    client.close();
    client = client("no-such-host.invalid", 1, null, 10, 100);

    assertThat(cause(await(get("/", LONG, false)))).isEqualTo(Cause.UNRESOLVED);
  }

  @Test
  void freshConnectionThatIsResetAtOnceIsToldApart() throws Exception {
    var result = get("/", LONG, true);
    consul.next().reset();

    assertThat(cause(await(result))).isEqualTo(Cause.RESET_AT_ONCE);
  }

  /** Held for longer than a second: long enough for it not to be because of what was asked. */
  @Test
  void fault14_heldRequestEndsWithItsConnectionAndNotWithItsDeadline() throws Exception {
    var result = get("/", Duration.ofMinutes(5), true);
    var asked = consul.next();
    assertThatThrownBy(() -> result.get(1100, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    asked.end();

    assertThat(cause(await(result))).isEqualTo(Cause.RESET);
  }

  @Test
  void fault09_silenceEndsWithTheDeadline() throws Exception {
    var result = get("/", SHORT, true);
    consul.next();

    assertThat(cause(await(result))).isEqualTo(Cause.TIMED_OUT);
  }

  @Test
  void fault10_halfAnAnswerEndsWithTheDeadline() throws Exception {
    var result = get("/", SHORT, true);
    consul
        .next()
        .bytes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[".getBytes(StandardCharsets.UTF_8));

    assertThat(cause(await(result))).isEqualTo(Cause.TIMED_OUT);
  }

  @Test
  void fault10_lateAnswerIsNotTakenForTheNext() throws Exception {
    var late = get("/", SHORT, false);
    var abandoned = consul.next();
    await(late);

    var next = get("/", LONG, false);
    consul.next().ok("right");

    assertThat(abandoned.socket()).isNotNull();
    assertThat(body(await(next))).isEqualTo("right");
    assertThat(consul.accepted()).isEqualTo(2);
  }

  /** The codec tells of the end before the channel does, or after, in as many ways as places. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: app",
        "HTTP/1.1 20",
        "",
      })
  void fault11_answerCutShortIsAFailure(String part) throws Exception {
    var result = get("/", LONG, false);
    var asked = consul.next();
    asked.bytes(part.getBytes(StandardCharsets.UTF_8));
    asked.end();

    assertThat(cause(await(result))).isIn(Cause.RESET, Cause.RESET_AT_ONCE);
  }

  @Test
  void fault11_bodyBeyondTheLimitIsAFailure() throws Exception {
    var result = get("/", LONG, false);
    // The head alone: what follows may meet a connection that is closed already.
    consul
        .next()
        .bytes(
            "HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n".getBytes(StandardCharsets.UTF_8));

    assertThat(cause(await(result))).isEqualTo(Cause.TOO_LARGE);
  }

  @Test
  void fault11_whatIsNotHttpIsAFailure() throws Exception {
    var result = get("/", LONG, false);
    consul.next().bytes("SSH-2.0-x\r\n\r\n".getBytes(StandardCharsets.UTF_8));

    assertThat(cause(await(result))).isEqualTo(Cause.MALFORMED);
  }

  @Test
  void heldRequestsLeaveAConnectionForQuickOnes() throws Exception {
    client.close();
    client = client("127.0.0.1", consul.port(), null, 2, 1000);
    var held = get("/held", LONG, true);
    var waits = get("/waits", LONG, true);
    var heldAsked = consul.next();

    var quick = get("/quick", LONG, false);
    consul.next().ok("quick");
    assertThat(body(await(quick))).isEqualTo("quick");
    assertThat(waits).isNotDone();
    heldAsked.ok("held");
    var last = consul.next();
    last.ok("waits");

    assertThat(body(await(held))).isEqualTo("held");
    assertThat(body(await(waits))).isEqualTo("waits");
    assertThat(last.line()).contains("/waits");
    assertThat(consul.accepted()).isLessThanOrEqualTo(2);
  }

  @Test
  void closingEndsWhatIsUnderWay() throws Exception {
    var result = get("/", LONG, true);
    consul.next();

    client.close();

    assertThat(cause(await(result))).isEqualTo(Cause.CLOSED);
    assertThat(cause(await(get("/", LONG, true)))).isEqualTo(Cause.CLOSED);
  }

  @Test
  void requestsAndTheirEndsAreCounted() throws Exception {
    var tree = new MetricsTree();
    client.close();
    client =
        new NettyControlClient(
            new ControlOrigin("127.0.0.1", consul.port(), null, 10, 1000),
            runtime,
            ControlMetrics.of(tree.scope("client")));

    var good = get("/", LONG, false);
    consul.next().ok("x");
    await(good);
    await(get("/", SHORT, true));

    assertThat(List.of("requests", "success", "failures", "connects", "failures/timed_out"))
        .extracting(name -> Objects.requireNonNull(tree.snapshot().at("client/" + name)).value())
        .containsExactly(
            new Value.Count(2),
            new Value.Count(1),
            new Value.Count(1),
            new Value.Count(1),
            new Value.Count(1));
  }

  @Test
  void tlsCanShowWhoWeAre() throws Exception {
    var server = TlsServer.listen(dir);
    server.setNeedClientAuth(true);
    try (var tls = FakeConsul.on(server)) {
      var trust = List.of(dir.resolve("cert.pem"));
      overTls(
          tls,
          new ClientTls(
              "consul.test",
              false,
              trust,
              new KeyFiles(dir.resolve("cert.pem"), dir.resolve("key.pem"), null),
              List.of()));
      var known = get("/", LONG, false);
      tls.next().ok("known");
      assertThat(body(await(known))).isEqualTo("known");

      overTls(tls, new ClientTls("consul.test", false, trust, null, List.of()));
      assertThat(await(get("/", LONG, false))).isInstanceOf(Failed.class);
    }
  }

  @Test
  void hostHeaderLeavesOutTheUsualPortsAndBracketsIpv6() {
    assertThat(new ControlOrigin("a", 80, null, 2, 1).hostHeader()).isEqualTo("a");
    assertThat(new ControlOrigin("a", 443, null, 2, 1).hostHeader()).isEqualTo("a");
    assertThat(new ControlOrigin("::1", 8500, null, 2, 1).hostHeader()).isEqualTo("[::1]:8500");
  }

  @Test
  void tlsIsVerifiedAgainstTheTrustedFileAndTheName() throws Exception {
    try (var tls = FakeConsul.on(TlsServer.listen(dir))) {
      var trust = List.of(dir.resolve("cert.pem"));
      overTls(tls, new ClientTls("consul.test", false, trust, null, List.of()));
      var good = get("/", LONG, false);
      tls.next().ok("secure");
      assertThat(body(await(good))).isEqualTo("secure");

      overTls(tls, new ClientTls("other.test", false, trust, null, List.of()));
      assertThat(cause(await(get("/", LONG, false)))).isEqualTo(Cause.TLS);

      overTls(tls, new ClientTls("consul.test", false, List.of(), null, List.of()));
      assertThat(cause(await(get("/", LONG, false)))).isEqualTo(Cause.TLS);

      overTls(tls, new ClientTls(null, true, List.of(), null, List.of()));
      var unchecked = get("/", LONG, false);
      tls.next().ok("unchecked");
      assertThat(body(await(unchecked))).isEqualTo("unchecked");
    }
  }
}

package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fairlead.Requirement;
import fairlead.client.ClientConfig;
import fairlead.client.Configs;
import fairlead.server.AddressRange;
import fairlead.server.GuardConfig;
import fairlead.server.ServerConfig.ForwardedConfig;
import fairlead.server.ServerConfig.Labeler;
import fairlead.server.ServerConfig.Spoken;
import fairlead.tls.ClientTls;
import fairlead.tls.KeyFiles;
import fairlead.tls.Openssl;
import fairlead.tls.ServerTls;
import fairlead.tls.TestCa;
import fairlead.wire.Patience;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with callers, on the wire ({@code spec/client.md} §14; threats 44 to 46). */
@Timeout(60)
class TlsListenerTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String SERVER = "rt/http/server/127.0.0.1/0";

  @TempDir Path dir;
  private final Rig.Options options = new Rig.Options();
  private final List<Rig> rigs = new ArrayList<>();
  private TestCa ca;
  private KeyFiles web;

  @BeforeEach
  void certify() {
    ca = new TestCa(dir, "ca");
    web = ca.issue("web.test", "localhost").write(dir, "web");
    options.tls = tls(false, web);
  }

  @AfterEach
  void close() {
    rigs.forEach(Rig::close);
  }

  private ServerTls tls(boolean clientAuth, KeyFiles... certificates) {
    return new ServerTls(
        List.of(certificates),
        clientAuth ? ca.file() : null,
        clientAuth,
        List.of(),
        List.of(),
        Duration.ofSeconds(10));
  }

  private Rig open() {
    var rig = new Rig(options);
    rigs.add(rig);
    return rig;
  }

  private Wire caller(Rig rig, TestCa.@Nullable Issued own) throws IOException {
    return caller(rig, ca.context(own), "web.test", "http/1.1");
  }

  private Wire caller(Rig rig, SSLContext context, String sni, String... alpn) throws IOException {
    var socket = socket(rig, context);
    var parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(sni)));
    parameters.setApplicationProtocols(alpn);
    socket.setSSLParameters(parameters);
    return wire(rig, socket);
  }

  private static SSLSocket socket(Rig rig, SSLContext context) throws IOException {
    return (SSLSocket)
        context.getSocketFactory().createSocket(rig.address.getAddress(), rig.address.getPort());
  }

  private static Wire wire(Rig rig, Socket socket) throws IOException {
    var wire = new Wire(socket, new ConcurrentLinkedQueue<>());
    rig.closing(wire);
    return wire;
  }

  private String openssl(Rig rig, String input, String... more) {
    assumeTrue(Openssl.isThere(), "openssl is not installed: no peer of another kind");
    var words = new ArrayList<String>();
    words.addAll(List.of("s_client", "-connect", "127.0.0.1:" + rig.address.getPort()));
    words.addAll(List.of("-CAfile", "" + ca.file(), "-servername", "web.test"));
    words.addAll(List.of(more));
    return Openssl.run(input, words.toArray(String[]::new));
  }

  @Test
  void requestsOfOneConnectionAreServedInTurn() throws Exception {
    var rig = open();
    var backend = rig.backend("web", OK);
    var caller = caller(rig, null);

    for (int i = 0; i < 3; i++) {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200").endsWith("ok");
    }
    caller.send(GET + GET);
    assertThat(caller.response() + caller.response()).contains("ok");

    assertThat(backend.connections).hasValue(1);
    assertThat(rig.count(SERVER + "/requests")).isEqualTo(5);
    assertThat(rig.gauge(SERVER + "/tls/connections")).isEqualTo(1);
    caller.close();
    Await.until("it is gone", () -> rig.gauge(SERVER + "/tls/connections") == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void bodiesPassWholeBothWays(String version) throws Exception {
    var rig = open();
    rig.backend(
        "web",
        wire -> {
          for (var request = wire.request(); request != null; request = wire.request()) {
            String body = request.substring(request.indexOf("\r\n\r\n") + 4);
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
          }
        });
    var socket = socket(rig, ca.context(null));
    socket.setEnabledProtocols(new String[] {version});
    var caller = wire(rig, socket);
    var random = new Random(1);
    for (int size : new int[] {0, 1, 4096, 16_384, 16_385, 70_000, 1_000_000}) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      String body = new String(bytes, StandardCharsets.ISO_8859_1);
      String request = "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: " + size + "\r\n\r\n";
      var sending =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      caller.send(request + body);
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  });

      String answer = caller.response();

      sending.join();
      assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).isEqualTo(body);
    }
    assertThat(socket.getSession().getProtocol()).isEqualTo(version);
  }

  @Test
  @Requirement(rfc = "9113 §9.2", says = "SNI is understood")
  void aCertificateIsChosenByTheNameThatIsAskedFor() throws Exception {
    var two = ca.issueRsa("two.test", "alias.test").write(dir, "two");
    options.tls = tls(false, web, two);
    var rig = open();
    rig.backend("web", OK);

    assertThat(subject(rig, "web.test")).startsWith("CN=web.test");
    assertThat(subject(rig, "two.test")).startsWith("CN=two.test");
    assertThat(subject(rig, "ALIAS.test")).startsWith("CN=two.test");
    assertThat(subject(rig, "other.test")).startsWith("CN=web.test");
  }

  private String subject(Rig rig, String sni) throws IOException {
    var caller = caller(rig, ca.context(null), sni);
    assertThat(caller.ask(GET)).endsWith("ok");
    var session = ((SSLSocket) caller.socket).getSession();
    return ((X509Certificate) session.getPeerCertificates()[0]).getSubjectX500Principal().getName();
  }

  @ParameterizedTest
  @CsvSource({"http/1.1, http/1.1", "'h2 http/1.1', http/1.1", "h2, ''"})
  void whatIsSpokenIsAgreedOn(String offered, String agreed) throws Exception {
    var rig = open();
    rig.backend("web", OK);
    var caller = caller(rig, ca.context(null), "web.test", offered.split(" "));

    assertThat(caller.ask(GET)).endsWith("ok");

    assertThat(((SSLSocket) caller.socket).getApplicationProtocol()).isEqualTo(agreed);
  }

  @ParameterizedTest
  @CsvSource({"h2c, ''", "'h2c http/1.1', http/1.1", "'h2c h2', h2"})
  @Requirement(rfc = "9113 §3.2", says = "h2c is neither offered nor agreed on inside TLS")
  void h2cIsNotAgreedOn(String offered, String agreed) throws Exception {
    options.spoken = Spoken.BOTH;
    var caller = caller(open(), ca.context(null), "web.test", offered.split(" "));
    var socket = (SSLSocket) caller.socket;

    socket.startHandshake();

    assertThat(socket.getApplicationProtocol()).isEqualTo(agreed);
  }

  @Test
  @Requirement(
      rfc = "9113 §9.2.2",
      says = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 with P-256 is spoken in TLS 1.2")
  void theSuiteThatAllOfHttp2HaveIsSpoken() throws Exception {
    options.spoken = Spoken.BOTH;
    options.tls = tls(false, ca.issueRsa("web.test").write(dir, "rsa"));
    var socket = (SSLSocket) caller(open(), ca.context(null), "web.test", "h2").socket;
    var parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.2"});
    parameters.setCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
    parameters.setNamedGroups(new String[] {"secp256r1"});
    socket.setSSLParameters(parameters);

    socket.startHandshake();

    assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    assertThat(socket.getSession().getCipherSuite())
        .isEqualTo("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  }

  /** A ClientHello of the version 3.{@code minor}, and the alert {@code protocol_version}. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  @Requirement(rfc = "9113 §9.2", says = "versions below TLS 1.2 are not spoken")
  void versionsBelow12AreNotSpoken(int minor) throws Exception {
    options.spoken = Spoken.BOTH;
    var hello =
        HexFormat.of()
            .parseHex(
                "1603010031" // a handshake
                    + ("0100002d" + "030" + minor + "00".repeat(32)) // a ClientHello
                    + ("00" + "0006c009c013002f" + "0100")); // suites of those days
    try (var caller = new Socket(open().address.getAddress(), rigs.getLast().address.getPort())) {
      caller.setSoTimeout(20_000);
      caller.getOutputStream().write(hello);
      byte[] alert = caller.getInputStream().readAllBytes();

      assertThat(alert).startsWith(21, 3).endsWith(2, 70);
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2, TLSv1.2", "TLSv1.3, TLSv1.3"})
  void onlyTheVersionsThatAreListed(String listed, String spoken) throws Exception {
    options.tls =
        new ServerTls(
            List.of(web), null, false, List.of(), List.of(listed), Duration.ofSeconds(10));
    var rig = open();
    rig.backend("web", OK);

    var caller = caller(rig, null);
    assertThat(caller.ask(GET)).endsWith("ok");

    assertThat(((SSLSocket) caller.socket).getSession().getProtocol()).isEqualTo(spoken);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"})
  void onlyTheSuitesThatAreListed(String suite) throws Exception {
    options.tls =
        new ServerTls(List.of(web), null, false, List.of(suite), List.of(), Duration.ofSeconds(10));
    var rig = open();
    rig.backend("web", OK);

    var old = socket(rig, ca.context(null));
    old.setEnabledProtocols(new String[] {"TLSv1.2"});
    assertThat(wire(rig, old).ask(GET)).endsWith("ok");
    var caller = caller(rig, null);
    assertThat(caller.ask(GET)).endsWith("ok");

    assertThat(old.getSession().getCipherSuite())
        .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    assertThat(((SSLSocket) caller.socket).getSession().getProtocol()).isEqualTo("TLSv1.3");
  }

  @Test
  void whereCallersMustShowWhoTheyAreNobodyElseIsServed() throws Exception {
    options.tls = tls(true, web);
    var rig = open();
    var backend = rig.backend("web", OK);
    var stranger = new TestCa(dir, "stranger").issue("caller.test");

    assertThat(caller(rig, ca.issue("caller.test")).ask(GET)).endsWith("ok");
    for (var own : new TestCa.@Nullable Issued[] {null, stranger, ca.issueExpired("caller.test")}) {
      assertThatThrownBy(() -> caller(rig, own).ask(GET)).isInstanceOf(IOException.class);
    }

    assertThat(backend.heads).hasSize(1);
    String failures = SERVER + "/tls/handshake_failures/";
    Await.until(
        "all three are counted",
        () -> rig.count(failures + "untrusted") + rig.count(failures + "other") == 3);
    assertThat(rig.count(failures + "untrusted")).isPositive(); // the others showed nothing
  }

  @Test
  void aRequestInPlainTextIsToldWhatIsMissing() throws Exception {
    var rig = open();
    var backend = rig.backend("web", OK);

    String answer = rig.caller().ask(GET);

    assertThat(answer).startsWith("HTTP/1.0 400 ").endsWith("TLS is required here\n");
    assertThat(backend.heads).isEmpty();
    Await.until("it is counted", () -> rig.count(SERVER + "/tls/handshake_failures/not_tls") == 1);
  }

  /** A record of {@code bytes} that begins a ClientHello of {@code hello} bytes. */
  private static String record(int bytes, int hello) {
    var record = new StringBuilder("\u0016\u0003\u0001");
    record.append((char) (bytes >> 8)).append((char) (bytes & 0xff)).append('\u0001');
    record.append((char) (hello >> 16)).append((char) (hello >> 8 & 0xff));
    return record.append((char) (hello & 0xff)).toString();
  }

  @ParameterizedTest
  @CsvSource({"16384, 16385", "16384, 16777215", "3, 100", "0, 0"})
  void threat45_aHelloThatAnnouncesTooMuchIsNotWaitedFor(int bytes, int hello) throws Exception {
    var rig = open();
    var caller = rig.caller();

    caller.send(record(bytes, hello));

    assertThat(caller.head()).isNull();
    Await.until("it is counted", () -> rig.count(SERVER + "/tls/handshake_failures/not_tls") == 1);
  }

  @Test
  void threat45_aHelloThatNeverEndsIsGivenUp() throws Exception {
    options.tls =
        new ServerTls(List.of(web), null, false, List.of(), List.of(), Duration.ofMillis(200));
    var rig = open();
    var caller = rig.caller();

    caller.send(record(512, 508) + "x".repeat(100));

    assertThat(caller.head()).isNull();
    Await.until("it is counted", () -> rig.count(SERVER + "/tls/handshake_failures/timeout") == 1);
  }

  @Test
  void threat44_whoSaysNothingIsGivenUpToo() throws Exception {
    options.tls =
        new ServerTls(List.of(web), null, false, List.of(), List.of(), Duration.ofMillis(200));
    var rig = open();

    assertThat(rig.caller().head()).isNull();
  }

  @Test
  void threat46_aSessionIsResumedAtItsOwnListenerOnly() throws Exception {
    var own = open();
    own.backend("web", OK);
    var other = open();
    other.backend("web", OK);
    Path session = dir.resolve("session");
    String get = "GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n";
    for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
      String saved = openssl(own, get, version, "-ign_eof", "-sess_out", "" + session);
      assertThat(saved).contains("New, TLSv1.", "HTTP/1.1 200").doesNotContain("Reused");

      assertThat(openssl(other, get, version, "-ign_eof", "-sess_in", "" + session))
          .contains("New, TLSv1.", "HTTP/1.1 200");
      assertThat(openssl(own, get, version, "-ign_eof", "-sess_in", "" + session))
          .contains("Reused, TLSv1.", "HTTP/1.1 200");
    }
  }

  @Test
  void threat46_aSessionWithoutACertificateOpensNoListenerThatWantsOne() throws Exception {
    var open = open();
    open.backend("web", OK);
    options.tls = tls(true, web);
    var closed = open();
    var backend = closed.backend("web", OK);
    Path session = dir.resolve("session");
    String get = "GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n";
    for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
      openssl(open, get, version, "-ign_eof", "-sess_out", "" + session);

      assertThat(openssl(closed, get, version, "-ign_eof", "-sess_in", "" + session))
          .doesNotContain("HTTP/1.1 200");
    }
    assertThat(backend.heads).isEmpty();
  }

  @Test
  void threat46_aResumedSessionStillTellsWhoItIsOf() throws Exception {
    options.tls = tls(true, web);
    options.client = options.client.withTls(null, true);
    var rig = open();
    var backend = rig.backend("web", OK);
    var own = ca.issue("caller.test").write(dir, "caller");
    Path session = dir.resolve("session");
    String get = "GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n";
    for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
      String[] shown = {
        version,
        "-ign_eof",
        "-cert",
        "" + own.certPath(),
        "-key",
        "" + own.keyPath(),
        "-sess_out",
        "" + session
      };
      assertThat(openssl(rig, get, shown)).contains("HTTP/1.1 200");
      String again = openssl(rig, get, version, "-ign_eof", "-sess_in", "" + session);

      assertThat(again).contains("Reused, TLSv1.", "HTTP/1.1 200");
      assertThat(backend.head()).contains(";DNS=caller.test;");
      assertThat(backend.head()).contains(";DNS=caller.test;");
    }
  }

  @Test
  @Requirement(rfc = "9113 §9.2.1", says = "renegotiation is off")
  void threat46_aCallerCannotRenegotiate() throws Exception {
    var rig = open();
    rig.backend("web", OK);
    var socket = socket(rig, ca.context(null));
    socket.setEnabledProtocols(new String[] {"TLSv1.2"});
    var caller = wire(rig, socket);
    assertThat(caller.ask(GET)).endsWith("ok");

    assertThatThrownBy(
            () -> {
              socket.startHandshake();
              caller.ask(GET);
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void newCertificatesAreForNewConnectionsAndOldOnesStay() throws Exception {
    var rig = open();
    rig.backend("web", OK);
    var old = caller(rig, null);
    assertThat(old.ask(GET)).endsWith("ok");

    var next = ca.issue("next.test");
    next.write(dir, "web");
    Await.until("it is read", () -> rig.count(SERVER + "/tls/certificates_renewed") == 1);

    assertThat(subject(rig, "web.test")).startsWith("CN=next.test");
    assertThat(old.ask(GET)).endsWith("ok");
    Files.writeString(web.certPath(), "rubbish");
    Await.until("it is refused", () -> rig.count(SERVER + "/tls/certificates_refused") == 1);
    assertThat(subject(rig, "web.test")).startsWith("CN=next.test");
    assertThat(old.ask(GET)).endsWith("ok");
  }

  @Test
  void theLastAnswerIsFollowedByCloseNotify() throws Exception {
    var rig = open();
    rig.backend("web", OK);

    String said =
        openssl(
            rig, "GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n", "-ign_eof", "-msg");

    assertThat(said)
        .contains("HTTP/1.1 200", "<<< TLS 1.3, Alert [length 0002], warning close_notify")
        .doesNotContain("unexpected eof");
  }

  @Test
  void aBodyThatBreaksOffDoesNotEndWithCloseNotify() throws Exception {
    var rig = open();
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
        });
    var caller = caller(rig, null);

    // To HTTP/1.0 the body ends with the connection: only a fault there tells that it is not whole.
    caller.send("GET / HTTP/1.0\r\nHost: web\r\n\r\n");
    String head = caller.head();

    assertThat(head).startsWith("HTTP/1.1 200");
    assertThatThrownBy(() -> caller.read(1000)).isInstanceOf(IOException.class);
  }

  @Test
  void aCallerThatSaysGoodbyeIsGone() throws Exception {
    var rig = open();
    rig.backend("web", OK);
    var caller = caller(rig, null);
    assertThat(caller.ask(GET)).endsWith("ok");

    ((SSLSocket) caller.socket).shutdownOutput();

    Await.until("it is gone", () -> rig.gauge(SERVER + "/connections") == 0);
    assertThat(caller.head()).isNull();
  }

  @Test
  void theProxyProtocolStandsBeforeTls() throws Exception {
    options.guard =
        new GuardConfig(
            Patience.DEFAULT, null, null, List.of(AddressRange.parse("127.0.0.0/8")), false);
    options.forwarded = new ForwardedConfig(new Labeler.IpPort(), new Labeler.IpPort());
    var rig = open();
    var backend = rig.backend("web", OK);
    var plain = new Socket(rig.address.getAddress(), rig.address.getPort());
    plain
        .getOutputStream()
        .write("PROXY TCP4 192.0.2.1 192.0.2.2 1000 443\r\n".getBytes(StandardCharsets.US_ASCII));
    var socket = ca.context(null).getSocketFactory().createSocket(plain, "web.test", 443, true);

    assertThat(wire(rig, socket).ask(GET)).endsWith("ok");

    assertThat(backend.head()).contains("192.0.2.1:1000");
  }

  @Test
  void aCertificateIsToldToBackendsThatAreToKnow() throws Exception {
    options.tls = tls(true, web);
    options.client = options.client.withTls(null, true);
    var rig = open();
    var backend = rig.backend("web", OK);

    caller(rig, ca.issue("caller.test", "spiffe://td/caller"))
        .ask("GET / HTTP/1.1\r\nHost: web\r\nX-Forwarded-Client-Cert: Hash=forged\r\n\r\n");

    assertThat(backend.head())
        .containsPattern(
            "(?i)x-forwarded-client-cert: Hash=[0-9A-F]{64};SAN=spiffe://td/caller;"
                + "DNS=caller.test;Subject=\"CN=caller.test,O=Test\"\r\n")
        .doesNotContain("forged");
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, true", "false, false"})
  void threat54_nobodyCanForgeACertificate(boolean shown, boolean forward) throws Exception {
    options.tls = tls(shown, web);
    options.client = options.client.withTls(null, forward);
    var rig = open();
    var backend = rig.backend("web", OK);
    String forged = "x-forwarded-client-cert: Hash=1\r\nX-Forwarded-Client-Cert: Hash=2\r\n";

    caller(rig, shown ? ca.issue("caller.test") : null)
        .ask("GET / HTTP/1.1\r\nHost: web\r\n" + forged + "\r\n");

    assertThat(backend.head()).doesNotContainIgnoringCase("x-forwarded-client-cert");
  }

  @Test
  @Requirement(rfc = "9113 §3.2", says = "HTTP/2 over TLS is agreed on by ALPN")
  void http2IsSpokenWhereItIsAgreedOn() throws Exception {
    options.spoken = Spoken.BOTH;
    var rig = open();
    int port = rig.address.getPort();
    rig.backend("localhost:" + port, OK);
    try (var client = HttpClient.newBuilder().sslContext(ca.context(null)).build()) {
      var request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/")).build();

      var answer = client.send(request, BodyHandlers.ofString());

      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.body()).isEqualTo("ok");
    }
    var other = rig.backend("web", OK);
    assertThat(caller(rig, null).ask(GET)).endsWith("ok");
    assertThat(other.heads).hasSize(1);
  }

  /** Outgoing and incoming router, each of which knows the other by its certificate. */
  @ParameterizedTest
  @EnumSource(names = {"HTTP1", "HTTP2"})
  @Requirement(rfc = "9113 §3.2", says = "behind the handshake both sides send their preface")
  void twoHopsShowEachOtherWhoTheyAre(Spoken between) throws Exception {
    var incoming = ca.issue("spiffe://mesh/incoming").write(dir, "incoming");
    var outgoing = ca.issue("spiffe://mesh/outgoing").write(dir, "outgoing");
    options.spoken = between;
    options.tls = tls(true, incoming);
    options.client = options.client.withTls(null, true);
    var second = open();
    var backend = second.backend("web", OK);
    var outside = new Rig.Options();
    var usual = ClientConfig.DEFAULT;
    outside.client =
        (between == Spoken.HTTP2 ? Configs.http2(usual) : usual)
            .withTls(
                new ClientTls(
                    "spiffe://mesh/incoming", false, List.of(ca.file()), outgoing, List.of()),
                false);
    var first = new Rig(outside);
    rigs.add(first);
    first.interpreter.bind("web", second.address);
    var caller = first.caller();

    for (int i = 0; i < 3; i++) {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ").endsWith("ok");
      assertThat(backend.head()).contains(";SAN=spiffe://mesh/outgoing;");
    }

    assertThat(second.gauge(SERVER + "/tls/connections")).isEqualTo(1);
  }

  @Test
  void certificatesChangeUnderLoadWithoutAFailure() throws Exception {
    options.threads = 2;
    var rig = open();
    rig.backend("web", OK);
    var over = new AtomicBoolean();
    var served = new AtomicInteger();
    var failures = new ConcurrentLinkedQueue<Throwable>();
    var callers = new ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      boolean stays = i % 2 == 0;
      callers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      var caller = caller(rig, null);
                      while (!over.get()) {
                        assertThat(caller.ask(GET)).endsWith("ok");
                        served.incrementAndGet();
                        if (!stays) {
                          caller.close();
                          caller = caller(rig, null);
                        }
                      }
                      caller.close();
                    } catch (Throwable e) {
                      failures.add(e);
                    }
                  }));
    }
    for (int i = 1; i <= 3; i++) {
      int changes = i;
      ca.issue("web.test", "generation" + i).write(dir, "web");
      Await.until("it is read", () -> rig.count(SERVER + "/tls/certificates_renewed") >= changes);
      int before = served.get();
      Await.until("requests go on", () -> served.get() > before + 20 || !failures.isEmpty());
    }
    over.set(true);
    for (var caller : callers) {
      caller.join();
    }
    Await.until("all have left", () -> rig.gauge(SERVER + "/connections") == 0);

    assertThat(failures).isEmpty();
    assertThat(served).hasValueGreaterThan(60);
  }

  /** In plain text no caller would understand it. */
  @Test
  void aConnectionTooManyIsToldByAnAlert() throws Exception {
    options.guard = new GuardConfig(Patience.DEFAULT, null, 1, List.of(), false);
    var rig = open();
    rig.backend("web", OK);
    var first = caller(rig, null);
    assertThat(first.ask(GET)).endsWith("ok");

    try (var second = new Socket(rig.address.getAddress(), rig.address.getPort())) {
      second.setSoTimeout(20_000);
      assertThat(second.getInputStream().readAllBytes()).containsExactly(21, 3, 3, 0, 2, 2, 80);
    }

    assertThat(first.ask(GET)).endsWith("ok");
    assertThat(rig.count(SERVER + "/connections_refused")).isEqualTo(1);
  }
}

package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import fairlead.Requirement;
import fairlead.client.ClientConfig;
import fairlead.client.ClientConfigs;
import fairlead.tls.ClientTls;
import fairlead.tls.KeyFiles;
import fairlead.tls.TestCa;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** TLS with backends, on the wire ({@code spec/client.md} §12). */
@Timeout(60)
class TlsClientTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String CLIENT = "rt/http/client/#/test/web";

  @TempDir Path dir;
  private final Rig.Options options = new Rig.Options();
  private final ConcurrentLinkedQueue<String> names = new ConcurrentLinkedQueue<>();
  private final List<TestBackend> backends = new ArrayList<>();
  private boolean needsCertificates;
  private TestCa ca;
  private @Nullable Rig rig;

  @BeforeEach
  void certify() {
    ca = new TestCa(dir, "ca");
  }

  @AfterEach
  void close() {
    backends.forEach(TestBackend::close);
    if (rig != null) {
      rig.close();
    }
  }

  private Rig rig(ClientTls tls) {
    options.client = options.client.withTls(tls, false);
    var opened = new Rig(options);
    rig = opened;
    return opened;
  }

  private ClientTls expecting(@Nullable String name) {
    return new ClientTls(name, name == null, List.of(ca.file()), null, List.of());
  }

  /** Notes what name it is asked for. */
  private TestBackend backend(TestCa.Issued certificate, TestBackend.Script script) {
    var made =
        new TestBackend(
            wire -> {
              var socket = (SSLSocket) wire.socket;
              socket.setNeedClientAuth(needsCertificates);
              socket.startHandshake();
              var session = (ExtendedSSLSession) socket.getSession();
              names.add(
                  session.getRequestedServerNames().stream()
                      .map(name -> name instanceof SNIHostName host ? host.getAsciiName() : "?")
                      .findFirst()
                      .orElse("none"));
              script.run(wire);
            },
            ca.context(certificate).getServerSocketFactory());
    backends.add(made);
    return made;
  }

  private TestBackend serving(TestCa.Issued certificate) {
    return backend(
        certificate,
        wire -> {
          while (wire.request() != null) {
            wire.send(OK);
          }
        });
  }

  private String ask(Rig opened, TestBackend backend) throws IOException {
    opened.interpreter.bind("web", backend.address());
    return opened.caller().ask(GET);
  }

  @ParameterizedTest
  @CsvSource({
    "web.test, web.test, web.test",
    "127.0.0.1, 127.0.0.1, none",
    "spiffe://td/web, spiffe://td/web, none",
  })
  @Requirement(rfc = "9113 §9.2", says = "we tell by SNI which host we want")
  void whoIsExpectedIsAskedForAndServes(String certified, String expected, String sni)
      throws Exception {
    var opened = rig(expecting(expected));
    var backend = serving(ca.issue(certified));

    assertThat(ask(opened, backend)).endsWith("ok");
    assertThat(opened.caller().ask(GET)).endsWith("ok");

    assertThat(names).containsExactly(sni);
    assertThat(backend.connections).hasValue(1);
    assertThat(opened.gauge(CLIENT + "/tls/connections")).isEqualTo(1);
    assertThat(opened.gauge(CLIENT + "/connections")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "other.test, web.test, DNS other.test",
    "127.0.0.2, 127.0.0.1, 'DNS 127.0.0.2, IP 127.0.0.2'",
    "spiffe://td/other, spiffe://td/web, 'DNS workload, URI spiffe://td/other'",
    "web.test, spiffe://td/web, DNS web.test",
  })
  void theAnswerSaysWhoWasExpectedAndWhoCame(String certified, String expected, String came)
      throws Exception {
    var opened = rig(expecting(expected));
    var backend = serving(ca.issue(certified));

    String answer = ask(opened, backend);

    assertThat(answer)
        .startsWith("HTTP/1.1 502 ")
        .contains("Unable to establish connection to")
        .endsWith("TLS: expected a certificate for " + expected + ", got one for " + came);
    assertThat(backend.heads).isEmpty();
    Await.until(
        "each try is counted",
        () -> opened.count(CLIENT + "/tls/handshake_failures/untrusted") >= 1);
  }

  @Test
  void whoIsVouchedForByAStrangerIsNotTrusted() throws Exception {
    var opened = rig(expecting("web.test"));
    var backend = serving(new TestCa(dir, "stranger").issue("web.test"));

    assertThat(ask(opened, backend))
        .startsWith("HTTP/1.1 502 ")
        .contains("TLS: expected a certificate from a CA in " + ca.file() + ", got one for")
        .contains("CN=web.test", "from 'CN=stranger'");
    assertThat(backend.heads).isEmpty();
  }

  @Test
  void anExpiredCertificateIsNotTrusted() throws Exception {
    var opened = rig(expecting("web.test"));

    assertThat(ask(opened, serving(ca.issueExpired("web.test"))))
        .startsWith("HTTP/1.1 502 ")
        .endsWith("a part of its chain has expired");
  }

  @Test
  void withoutValidationAnybodyServes() throws Exception {
    var opened = rig(new ClientTls("sni.test", true, List.of(), null, List.of()));

    assertThat(ask(opened, serving(new TestCa(dir, "stranger").issueExpired("x.test"))))
        .endsWith("ok");

    assertThat(names).containsExactly("sni.test");
  }

  @Test
  void withoutValidationAndNameNoNameIsSaid() throws Exception {
    var opened = rig(expecting(null));

    assertThat(ask(opened, serving(ca.issue("web.test")))).endsWith("ok");

    assertThat(names).containsExactly("none");
  }

  @Test
  void weShowWhoWeAre() throws Exception {
    needsCertificates = true;
    KeyFiles own = ca.issue("proxy.test").write(dir, "own");
    var opened = rig(new ClientTls("web.test", false, List.of(ca.file()), own, List.of()));
    var seen = new ConcurrentLinkedQueue<String>();
    var backend =
        backend(
            ca.issue("web.test"),
            wire -> {
              seen.add(((SSLSocket) wire.socket).getSession().getPeerPrincipal().getName());
              while (wire.request() != null) {
                wire.send(OK);
              }
            });

    assertThat(ask(opened, backend)).endsWith("ok");

    assertThat(seen).containsExactly("CN=proxy.test,O=Test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void onlyTheVersionsThatAreListed(String version) throws Exception {
    var opened = rig(new ClientTls("web.test", false, List.of(ca.file()), null, List.of(version)));
    var seen = new ConcurrentLinkedQueue<String>();
    var backend =
        backend(
            ca.issue("web.test"),
            wire -> {
              seen.add(((SSLSocket) wire.socket).getSession().getProtocol());
              wire.request();
              wire.send(OK);
            });

    assertThat(ask(opened, backend)).endsWith("ok");

    assertThat(seen).containsExactly(version);
  }

  @Test
  void aBackendThatSpeaksPlainTextIsAFailedConnection() throws Exception {
    var opened = rig(expecting("web.test"));
    var backend = opened.unbound(wire -> wire.send("HTTP/1.1 400 Bad Request\r\n\r\n"));

    assertThat(ask(opened, backend))
        .startsWith("HTTP/1.1 502 ")
        .contains("Unable to establish connection to", "TLS: ");
  }

  @Test
  void anotherEndpointIsAskedWhenOneIsNotWhoItMustBe() throws Exception {
    var opened = rig(expecting("web.test"));
    var bad = serving(ca.issue("other.test"));
    var good = serving(ca.issue("web.test"));
    opened.interpreter.bind("web", bad.address(), good.address());

    for (int i = 0; i < 10; i++) {
      assertThat(opened.caller().ask(GET)).endsWith("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBodyThatEndsWithTheConnectionIsWholeOnlyWithCloseNotify(boolean whole) throws Exception {
    var opened = rig(expecting("web.test"));
    var context = ca.context(ca.issue("web.test"));
    var backend =
        opened.unbound(
            wire -> {
              var tls =
                  (SSLSocket) context.getSocketFactory().createSocket(wire.socket, null, false);
              var inside = new Wire(tls, new ConcurrentLinkedQueue<>());
              inside.request();
              inside.send("HTTP/1.1 200 OK\r\n\r\nperhaps half of it");
              if (whole) {
                tls.shutdownOutput();
              }
            });
    opened.interpreter.bind("web", backend.address());
    var caller = opened.caller();
    caller.send("GET / HTTP/1.1\r\nHost: web\r\n\r\n");

    if (whole) {
      assertThat(caller.response()).endsWith("perhaps half of it");
    } else {
      assertThatThrownBy(caller::response).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "false, 0"})
  void aListOfCertificatesIsWarnedOf(boolean listed, int warnings) {
    var logger = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(HttpRouter.class);
    var told = new ListAppender<ILoggingEvent>();
    told.start();
    logger.addAppender(told);
    options.configs =
        new ClientConfigs() {
          private final ClientConfig config =
              ClientConfig.DEFAULT.withTls(
                  new ClientTls("web.test", false, List.of(ca.file()), listed, null, List.of()),
                  false);

          @Override
          public ClientConfig of(fairlead.naming.Path id) {
            return config;
          }

          @Override
          public List<ClientConfig> tls() {
            return List.of(config);
          }
        };

    rig = new Rig(options);
    logger.detachAppender(told);

    assertThat(told.list)
        .filteredOn(event -> event.getFormattedMessage().contains("'trustCerts'"))
        .hasSize(warnings)
        .allMatch(event -> event.getFormattedMessage().contains("'trustCertsBundle'"));
  }
}

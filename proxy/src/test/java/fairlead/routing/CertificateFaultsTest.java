package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.tls.KeyFiles;
import fairlead.tls.ServerTls;
import fairlead.tls.TestCa;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that end, and that are replaced, while they are in use (fault 33). */
@Timeout(60)
class CertificateFaultsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String SERVER = "rt/http/server/127.0.0.1/0";

  @TempDir Path dir;
  private TestCa ca;
  private Rig rig;

  @BeforeEach
  void authority() {
    ca = new TestCa(dir, "ca");
    rig = new Rig();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void serve(KeyFiles files) {
    var options = new Rig.Options();
    options.tls =
        new ServerTls(List.of(files), null, false, List.of(), List.of(), Duration.ofSeconds(30));
    rig.close();
    rig = new Rig(options);
    rig.backend("web", OK);
  }

  private SSLSocket connect(InetSocketAddress to) throws IOException {
    return (SSLSocket)
        ca.context(null).getSocketFactory().createSocket(to.getAddress(), to.getPort());
  }

  private Wire caller(InetSocketAddress to) throws IOException {
    var socket = connect(to);
    socket.startHandshake();
    var wire = new Wire(socket, new ConcurrentLinkedQueue<>());
    rig.closing(wire);
    return wire;
  }

  @Test
  void fault33_whoHasAConnectionIsServedBeyondTheEndAndOthersOnceThereIsANewOne() throws Exception {
    var end = Instant.now().plusSeconds(4);
    serve(ca.issue(builder -> builder.notAfter(end), "web.test").write(dir, "web"));
    var early = caller(rig.address);
    assertThat(early.ask(GET)).startsWith("HTTP/1.1 200");

    Await.until("it has ended", () -> Instant.now().isAfter(end.plusSeconds(1)));
    assertThat(early.ask(GET)).startsWith("HTTP/1.1 200");
    assertThatThrownBy(() -> caller(rig.address)).isInstanceOf(SSLException.class);

    ca.issue("web.test").write(dir, "web");
    Await.until("new callers are served", this::isServed);
    assertThat(early.ask(GET)).startsWith("HTTP/1.1 200");
  }

  private boolean isServed() {
    try {
      return caller(rig.address).ask(GET).startsWith("HTTP/1.1 200");
    } catch (IOException _) {
      return false;
    }
  }

  /** The certificate of before is shown, whole, to whom a handshake had begun with. */
  @Test
  void fault33_aHandshakeThatHasBegunEndsWithTheCertificateThatItBeganWith() throws Exception {
    var first = ca.issue("web.test");
    serve(first.write(dir, "web"));
    var answered = new CountDownLatch(1);
    var rest = new CountDownLatch(1);
    try (var relay = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var pumps = Executors.newVirtualThreadPerTaskExecutor();
        var socket = connect((InetSocketAddress) relay.getLocalSocketAddress())) {
      var relayed = pumps.submit(() -> relay(relay, answered, rest));
      var begun =
          pumps.submit(
              () -> {
                socket.startHandshake();
                return (X509Certificate) socket.getSession().getPeerCertificates()[0];
              });
      assertThat(answered.await(40, TimeUnit.SECONDS)).isTrue();
      var second = ca.issue("web.test");
      second.write(dir, "web");
      Await.until("it is read", () -> rig.count(SERVER + "/tls/certificates_renewed") == 1);
      var other = connect(rig.address);
      other.startHandshake();
      assertThat(other.getSession().getPeerCertificates()[0])
          .isEqualTo(second.bundle().getCertificate());

      rest.countDown();

      assertThat(begun.get(30, TimeUnit.SECONDS)).isEqualTo(first.bundle().getCertificate());
      var wire = new Wire(socket, new ConcurrentLinkedQueue<>());
      assertThat(wire.ask(GET)).startsWith("HTTP/1.1 200");
      other.close();
      wire.close();
      relayed.get(30, TimeUnit.SECONDS);
    }
  }

  /** Passes all on, but what the proxy says only once it may. */
  private Void relay(ServerSocket from, CountDownLatch answered, CountDownLatch rest)
      throws Exception {
    try (Socket caller = from.accept();
        Socket proxy = new Socket(rig.address.getAddress(), rig.address.getPort())) {
      var there = Thread.ofVirtual().start(() -> pump(caller, proxy));
      int first = proxy.getInputStream().read();
      answered.countDown();
      assertThat(rest.await(40, TimeUnit.SECONDS)).isTrue();
      caller.getOutputStream().write(first);
      pump(proxy, caller);
      there.join();
    }
    return null;
  }

  private static void pump(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException _) {
      // One of both has ended.
    }
  }
}

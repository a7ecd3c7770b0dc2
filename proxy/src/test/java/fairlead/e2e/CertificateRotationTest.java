package fairlead.e2e;

import fairlead.e2e.Load.Connections;
import fairlead.tls.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real program gets new certificates while callers ask at a constant rate. */
@Timeout(300)
class CertificateRotationTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int ROTATIONS = 3;

  /** Requests a second. */
  private static final int RATE = Integer.getInteger("fairlead.rotation.rate", 2000);

  /** Of them so many with a handshake each; the others keep their connections. */
  private static final int HANDSHAKES = RATE / 40;

  private final Place place = Place.loopback();

  @TempDir Path dir;

  @Test
  void fault33_certificatesOfBothHopsChangeUnderLoadAndNoRequestFails() throws Exception {
    var ca = new TestCa(dir, "ca");
    var context = ca.context(null);
    ca.issue(ADDRESS).write(dir, "front");
    ca.issue("web.test").write(dir, "hop");
    int port = Parts.freePort(ADDRESS);
    int hop = Parts.freePort(ADDRESS);
    int admin = Parts.freePort(ADDRESS);
    try (var service = Service.start(place, "web", "web-1");
        var fairlead =
            Fairlead.start(place, config(port, hop, admin, service.port()), admin, Map.of())) {
      fairlead.awaitReady(port, hop);
      var plan = Load.Plan.of(place.at(port), "web", "/", RATE).patient(SOON).over(context);
      try (var load =
          FullLoad.warm(
              plan.with(Connections.TAKEN_IN_TURN).at(RATE - HANDSHAKES),
              plan.with(Connections.NEW).at(HANDSHAKES))) {
        for (int i = 1; i <= ROTATIONS; i++) {
          ca.issue("web.test").write(dir, "hop");
          var next = ca.issue(ADDRESS);
          next.write(dir, "front");
          Eventually.until(
              "the new certificate is shown",
              SOON,
              () -> shown(port, context).equals(next.bundle().getCertificate()));
          load.awaitSteady();
        }

        load.endWithNoneFailed("certificate rotation");
      }
    }
  }

  private Path config(int port, int hop, int admin, int backend) throws IOException {
    return Files.writeString(
        dir.resolve("mesh.yaml"),
        """
        admin: {port: %1$d}
        routers:
        - protocol: http
          label: outgoing
          dtab: /svc/web => /$/inet/127.0.0.1/%3$d
          client:
            hostConnectionPool: {idleTimeMs: 50}
            tls: {commonName: web.test, trustCerts: [%5$s/ca.pem]}
          servers:
          - port: %2$d
            tls: {certPath: %5$s/front.pem, keyPath: %5$s/front.key}
        - protocol: http
          label: incoming
          dtab: /svc/web => /$/inet/127.0.0.1/%4$d
          servers:
          - port: %3$d
            tls: {certPath: %5$s/hop.pem, keyPath: %5$s/hop.key}
        """
            .formatted(admin, port, hop, backend, dir));
  }

  private X509Certificate shown(int port, SSLContext context) {
    try (var socket = (SSLSocket) context.getSocketFactory().createSocket(ADDRESS, port)) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

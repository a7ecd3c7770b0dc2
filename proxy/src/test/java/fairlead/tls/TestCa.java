package fairlead.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Somebody who vouches for certificates, and the files of all of them. */
public final class TestCa {
  private final Path dir;
  private final String name;
  private final X509Bundle bundle;

  /** Makes it, and writes its certificate to {@code NAME.pem}. */
  public TestCa(Path dir, String name) {
    this.dir = dir;
    this.name = name;
    try {
      this.bundle =
          new CertificateBuilder()
              .ecp256()
              .subject("CN=" + name)
              .notAfter(Instant.now().plus(Duration.ofDays(60)))
              .setIsCertificateAuthority(true)
              .buildSelfSigned();
      Files.writeString(file(), bundle.getCertificatePEM());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its own certificate. */
  public Path file() {
    return dir.resolve(name + ".pem");
  }

  /** A certificate for these names: URIs, IP addresses and DNS names. */
  public Issued issue(String... names) {
    return issue(named(new CertificateBuilder().ecp256(), names));
  }

  /** One that ended a day ago. */
  public Issued issueExpired(String... names) {
    var now = Instant.now();
    return issue(
        named(new CertificateBuilder().ecp256(), names)
            .notBefore(now.minus(Duration.ofDays(3)))
            .notAfter(now.minus(Duration.ofDays(1))));
  }

  /** One with an RSA key. */
  public Issued issueRsa(String... names) {
    return issue(named(new CertificateBuilder().rsa2048(), names));
  }

  /** One that {@code change} makes of an ordinary one. */
  public Issued issue(UnaryOperator<CertificateBuilder> change, String... names) {
    return issue(change.apply(named(new CertificateBuilder().ecp256(), names)));
  }

  private Issued issue(CertificateBuilder builder) {
    try {
      return new Issued(builder.buildIssuedBy(bundle));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static CertificateBuilder named(CertificateBuilder builder, String... names) {
    builder.notAfter(Instant.now().plus(Duration.ofDays(30)));
    builder.subject("CN=" + (names[0].contains("://") ? "workload" : names[0]) + ",O=Test");
    for (String name : names) {
      if (name.contains("://")) {
        builder.addSanUriName(URI.create(name));
      } else if (name.matches("[0-9.]+|.*:.*")) {
        builder.addSanIpAddress(name);
      } else {
        builder.addSanDnsName(name);
      }
    }
    return builder;
  }

  /** A certificate with its key. */
  public record Issued(X509Bundle bundle) {
    /** Writes {@code NAME.pem} and {@code NAME.key} into {@code dir}. */
    public KeyFiles write(Path dir, String name) {
      var files = new KeyFiles(dir.resolve(name + ".pem"), dir.resolve(name + ".key"), null);
      try {
        Files.writeString(files.certPath(), bundle.getCertificatePEM());
        Files.writeString(files.keyPath(), bundle.getPrivateKeyPEM());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      return files;
    }
  }

  /** The JDK's TLS of somebody who trusts this one, and shows {@code own} unless it is null. */
  public SSLContext context(@Nullable Issued own) {
    try {
      KeyManager[] keys = null;
      if (own != null) {
        var store = own.bundle.toKeyStore("".toCharArray());
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, "".toCharArray());
        keys = factory.getKeyManagers();
      }
      var trust = KeyStore.getInstance("PKCS12");
      trust.load(null, null);
      trust.setCertificateEntry("ca", bundle.getCertificate());
      var factory =
          javax.net.ssl.TrustManagerFactory.getInstance(
              javax.net.ssl.TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trust);
      var context = SSLContext.getInstance("TLS");
      context.init(keys, factory.getTrustManagers(), null);
      return context;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}

package fairlead.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.NetUtil;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What connections made by one {@link ClientTls} share. Immutable, any thread. */
public final class ClientTlsContext {
  private final ClientTls tls;
  private final SslContext context;

  private ClientTlsContext(ClientTls tls, SslContext context) {
    this.tls = tls;
    this.context = context;
  }

  /**
   * Reads the certificates: blocks.
   *
   * @throws IllegalArgumentException when a file cannot be used, with a message for the operator
   */
  public static ClientTlsContext of(ClientTls tls) {
    return new ClientTlsContext(tls, context(tls, SslContextBuilder.forClient()));
  }

  /** What connections by {@code tls} have in common, made by {@code builder}. */
  static SslContext context(ClientTls tls, SslContextBuilder builder) {
    if (!tls.protocols().isEmpty()) {
      builder.protocols(tls.protocols());
    }
    if (tls.disableValidation()) {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    } else if (!tls.trustCerts().isEmpty()) {
      trust(builder, tls.trustCerts());
    }
    if (tls.clientAuth() != null) {
      identify(builder, tls.clientAuth());
    }
    builder.endpointIdentificationAlgorithm(tls.disableValidation() ? null : "HTTPS");
    try {
      return builder.build();
    } catch (SSLException fault) {
      throw new IllegalArgumentException("TLS: " + fault.getMessage(), fault);
    }
  }

  private static void trust(SslContextBuilder builder, List<Path> files) {
    try {
      builder.trustManager(pem(files));
    } catch (IllegalArgumentException fault) {
      throw unusable("trusted certificates " + files, fault);
    }
  }

  private static void identify(SslContextBuilder builder, ClientTls.KeyPair pair) {
    var intermediate = pair.intermediateCertsPath();
    var chain =
        intermediate == null ? List.of(pair.certPath()) : List.of(pair.certPath(), intermediate);
    try {
      builder.keyManager(pem(chain), pem(List.of(pair.keyPath())));
    } catch (IllegalArgumentException fault) {
      throw unusable("client certificate " + chain + " with key " + pair.keyPath(), fault);
    }
  }

  private static IllegalArgumentException unusable(String what, IllegalArgumentException fault) {
    var cause = fault.getCause();
    String why = cause == null ? fault.getMessage() : cause.getMessage();
    return new IllegalArgumentException(what + ": " + why, fault);
  }

  private static ByteArrayInputStream pem(List<Path> files) {
    var all = new ByteArrayOutputStream();
    for (Path file : files) {
      try {
        all.writeBytes(Files.readAllBytes(file));
        all.write('\n');
      } catch (IOException fault) {
        throw new IllegalArgumentException(file + " cannot be read", fault);
      }
    }
    return new ByteArrayInputStream(all.toByteArray());
  }

  /**
   * The handler of one connection to {@code host}, which is the name expected in the certificate
   * unless {@code commonName} says otherwise.
   */
  public SslHandler handler(ByteBufAllocator alloc, String host, int port) {
    String name = tls.commonName() == null ? host : tls.commonName();
    var handler = context.newHandler(alloc, name, port);
    var sni = sni(name);
    if (sni != null) {
      var parameters = handler.engine().getSSLParameters();
      parameters.setServerNames(List.of(sni));
      handler.engine().setSSLParameters(parameters);
    }
    return handler;
  }

  /** How {@code name} is told to the server; null for an address, which cannot be (RFC 6066 §3). */
  static @Nullable SNIHostName sni(String name) {
    if (NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name)) {
      return null;
    }
    try {
      return new SNIHostName(name);
    } catch (IllegalArgumentException notAHostName) {
      return null;
    }
  }
}

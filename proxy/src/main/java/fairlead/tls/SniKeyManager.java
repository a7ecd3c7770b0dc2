package fairlead.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A listener's certificates: a caller gets the first that is for the name it asks for by SNI (RFC
 * 6066 §3), else the first of all. Any thread.
 */
final class SniKeyManager extends X509ExtendedKeyManager {
  private final List<Identity> identities;
  private final List<CertificateNames> names;

  SniKeyManager(List<Identity> identities) throws CertificateException {
    this.identities = List.copyOf(identities);
    var all = new ArrayList<CertificateNames>();
    for (Identity identity : identities) {
      all.add(CertificateNames.of(identity.certificate()));
    }
    this.names = List.copyOf(all);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    int chosen = choose(engine.getHandshakeSession() instanceof ExtendedSSLSession s ? s : null);
    return identities.get(chosen).key().getAlgorithm().equals(keyType) ? alias(chosen) : null;
  }

  private int choose(@Nullable ExtendedSSLSession session) {
    if (session != null && identities.size() > 1) {
      for (SNIServerName asked : session.getRequestedServerNames()) {
        for (int i = 0; i < names.size(); i++) {
          if (asked instanceof SNIHostName host && names.get(i).isForHost(host.getAsciiName())) {
            return i;
          }
        }
      }
    }
    return 0;
  }

  private static String alias(int number) {
    return Integer.toString(number);
  }

  private Identity identity(String alias) {
    return identities.get(Integer.parseInt(alias));
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return identity(alias).chainArray();
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return identity(alias).key();
  }

  // Engines of servers ask for nothing else.

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }
}

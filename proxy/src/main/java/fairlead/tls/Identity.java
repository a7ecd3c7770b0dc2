package fairlead.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Who we are to others: a certificate, what vouches for it, and its key. Immutable.
 *
 * @param chain the certificate itself first
 */
record Identity(KeyFiles files, List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] PROBE = {1, 2, 3};

  Identity {
    chain = List.copyOf(chain);
  }

  /**
   * Reads the files. Blocks.
   *
   * @throws UnusableFileException when one is of no use, or they do not belong together
   */
  static Identity read(KeyFiles files) {
    var chain = new ArrayList<>(Pem.certificates(files.certPath()));
    if (files.intermediateCertsPath() != null) {
      chain.addAll(Pem.certificates(files.intermediateCertsPath()));
    }
    PrivateKey key = PrivateKeys.read(files.keyPath());
    if (!fits(key, chain.getFirst())) {
      throw new UnusableFileException(
          files.keyPath(),
          "is not the key of the certificate in " + files.certPath() + "; write both of one pair");
    }
    return new Identity(files, chain, key);
  }

  /** What is signed by the key is verified by the certificate. */
  private static boolean fits(PrivateKey key, X509Certificate certificate) {
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    try {
      var signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(PROBE);
      byte[] signed = signing.sign();
      var verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certificate.getPublicKey());
      verifying.update(PROBE);
      return verifying.verify(signed);
    } catch (GeneralSecurityException ofAnotherKind) {
      return false;
    }
  }

  X509Certificate certificate() {
    return chain.getFirst();
  }

  X509Certificate[] chainArray() {
    return chain.toArray(X509Certificate[]::new);
  }

  /** When the first of the chain ends. */
  Instant expires() {
    return chain.stream()
        .map(c -> c.getNotAfter().toInstant())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }
}

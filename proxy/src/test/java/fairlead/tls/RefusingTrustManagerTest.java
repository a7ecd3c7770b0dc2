package fairlead.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;

class RefusingTrustManagerTest {
  private static final X509Certificate[] CHAIN = {};
  private final RefusingTrustManager nobody = RefusingTrustManager.INSTANCE;

  @Test
  void trustsNoCallerAndNoServer() {
    assertThatThrownBy(() -> nobody.checkClientTrusted(CHAIN, "RSA"))
        .isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> nobody.checkServerTrusted(CHAIN, "RSA"))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void namesNoAuthority() {
    assertThat(nobody.getAcceptedIssuers()).isEmpty();
  }
}

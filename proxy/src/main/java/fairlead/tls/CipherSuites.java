package fairlead.tls;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The cipher suites that both providers know, by the names of IANA and of OpenSSL. */
final class CipherSuites {
  private static final List<String> TLS_1_3 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  /** Of TLS 1.2, by OpenSSL's name; those that are offered when nobody says which come first. */
  private static final Map<String, String> TLS_1_2 = new LinkedHashMap<>();

  /** Of so many: with forward secrecy and authenticated encryption. */
  private static final int OFFERED = 6;

  static {
    put("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    put("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    put("ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    put("ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
    put("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
    put("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    put("ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA");
    put("ECDHE-RSA-AES128-SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
    put("ECDHE-ECDSA-AES256-SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA");
    put("ECDHE-RSA-AES256-SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");
    put("AES128-GCM-SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256");
    put("AES256-GCM-SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384");
    put("AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA");
    put("AES256-SHA", "TLS_RSA_WITH_AES_256_CBC_SHA");
  }

  private CipherSuites() {}

  private static void put(String openssl, String iana) {
    TLS_1_2.put(openssl, iana);
  }

  /** The name that IANA gives {@code name}, or null when there is no such suite. */
  static @Nullable String iana(String name) {
    return TLS_1_3.contains(name) || TLS_1_2.containsValue(name) ? name : TLS_1_2.get(name);
  }

  /** {@code chosen}, or the usual ones; those of TLS 1.3 in any case: they go with the version. */
  static List<String> offered(List<String> chosen) {
    var offered = new ArrayList<String>();
    for (String name : chosen) {
      String iana = iana(name);
      if (iana != null && !TLS_1_3.contains(iana)) {
        offered.add(iana);
      }
    }
    if (offered.isEmpty()) {
      TLS_1_2.values().stream().limit(OFFERED).forEach(offered::add);
    }
    offered.addAll(TLS_1_3);
    return offered;
  }
}

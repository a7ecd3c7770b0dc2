package fairlead.tls;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Whom a certificate is for: its subject alternative names, or the common name of its subject where
 * there is no DNS name ({@code spec/client.md} §12). Immutable.
 *
 * @param dns in lower case
 * @param ips as addresses are written
 * @param uris such as SPIFFE ids
 */
record CertificateNames(List<String> dns, List<String> ips, List<String> uris) {
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final int IP = 7;
  private static final int SHOWN = 5;

  CertificateNames {
    dns = List.copyOf(dns);
    ips = List.copyOf(ips);
    uris = List.copyOf(uris);
  }

  /**
   * Those of {@code certificate}.
   *
   * @throws CertificateException when its names cannot be read
   */
  static CertificateNames of(X509Certificate certificate) throws CertificateException {
    var dns = new ArrayList<String>();
    var ips = new ArrayList<String>();
    var uris = new ArrayList<String>();
    for (List<?> name : alternatives(certificate)) {
      if (name.get(0) instanceof Integer type && name.get(1) instanceof String text) {
        switch (type) {
          case DNS -> dns.add(text.toLowerCase(Locale.ROOT));
          case IP -> ips.add(text);
          case URI -> uris.add(text);
          default -> {
            // Of no kind that peers are named by.
          }
        }
      }
    }
    if (dns.isEmpty()) {
      commonNames(certificate).forEach(name -> dns.add(name.toLowerCase(Locale.ROOT)));
    }
    return new CertificateNames(dns, ips, uris);
  }

  private static Collection<List<?>> alternatives(X509Certificate certificate)
      throws CertificateParsingException {
    var names = certificate.getSubjectAlternativeNames();
    return names == null ? List.of() : names;
  }

  private static List<String> commonNames(X509Certificate certificate) throws CertificateException {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .map(Rdn::getValue)
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .toList();
    } catch (InvalidNameException odd) {
      throw new CertificateException("its subject cannot be read", odd);
    }
  }

  /** Whether it is for {@code peer}: a host name, an IP address or a URI. */
  boolean isFor(String peer) {
    byte[] ip = NetUtil.createByteArrayFromIpAddressString(peer);
    if (ip != null) {
      return ips.stream().anyMatch(known -> isSame(ip, known));
    }
    return peer.contains("://") ? uris.contains(peer) : isForHost(peer);
  }

  /** A wildcard stands for one whole label, the first (RFC 9525 §6.3). */
  boolean isForHost(String host) {
    String name = withoutLastDot(host.toLowerCase(Locale.ROOT));
    int dot = name.indexOf('.');
    String wildcard = dot <= 0 ? name : "*" + name.substring(dot);
    return dns.stream()
        .map(CertificateNames::withoutLastDot)
        .anyMatch(
            known ->
                known.equals(name)
                    || (known.equals(wildcard) && known.indexOf('.', known.indexOf('.') + 1) > 0));
  }

  private static String withoutLastDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean isSame(byte[] ip, String known) {
    byte[] other = NetUtil.createByteArrayFromIpAddressString(known);
    try {
      return other != null && InetAddress.getByAddress(ip).equals(InetAddress.getByAddress(other));
    } catch (java.net.UnknownHostException ofOddLength) {
      return false;
    }
  }

  /** All of them in words, the first few when there are many. */
  String show() {
    var all =
        Stream.of(
                dns.stream().map(name -> "DNS " + name),
                ips.stream().map(ip -> "IP " + ip),
                uris.stream().map(uri -> "URI " + uri))
            .flatMap(s -> s)
            .map(PeerText::safe)
            .toList();
    if (all.isEmpty()) {
      return "nobody by name";
    }
    String shown = all.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return all.size() > SHOWN ? shown + " and " + (all.size() - SHOWN) + " more" : shown;
  }
}

package fairlead.launcher.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/**
 * A certificate authority that lives as long as the demo, and vouches for its hosts. Writes X.509
 * (RFC 5280) in DER by hand: as much of it as these few certificates need.
 */
final class DemoCa {
  /** Who every host is, to the others. */
  static final String MESH = "spiffe://mesh/fairlead";

  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int UTF8 = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int VERSION = 0xa0;
  private static final int EXTENSIONS = 0xa3;
  private static final int URI_NAME = 0x86;
  private static final byte[] TRUE = {1, 1, (byte) 0xff};
  private static final byte[] ECDSA_WITH_SHA256 = oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2);
  private static final byte[] COMMON_NAME = oid(0x55, 4, 3);
  private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
  private static final byte[] SUBJECT_ALT_NAME = oid(0x55, 0x1d, 0x11);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Duration LIFE = Duration.ofDays(30);
  private static final String NAME = "Fairlead demo CA";

  private final SecureRandom random = new SecureRandom();
  private final KeyPair own = keys();

  /**
   * Writes {@code ca.pem}, {@code host.pem} and {@code host.key} for one host into a new folder
   * below {@code dir}, which is returned.
   */
  Path write(Path dir, InetAddress host) throws IOException {
    Path folder = Files.createDirectories(dir.resolve("tls").resolve(host.getHostAddress()));
    var keys = keys();
    Files.writeString(
        folder.resolve("ca.pem"),
        pem("CERTIFICATE", certificate(NAME, own.getPublic(), authority())));
    Files.writeString(
        folder.resolve("host.pem"),
        pem(
            "CERTIFICATE",
            certificate("Fairlead on " + host.getHostAddress(), keys.getPublic(), named())));
    Files.writeString(
        folder.resolve("host.key"), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    return folder;
  }

  private static KeyPair keys() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has P-256", impossible);
    }
  }

  private byte[] certificate(String subject, PublicKey key, byte[] extension) {
    Instant now = Instant.now();
    byte[] validity = der(SEQUENCE, time(now.minus(Duration.ofHours(1))), time(now.plus(LIFE)));
    byte[] algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
    byte[] signed =
        der(
            SEQUENCE,
            der(VERSION, integer(BigInteger.TWO)), // version 3
            integer(new BigInteger(64, random).setBit(62)),
            algorithm,
            name(NAME),
            validity,
            name(subject),
            key.getEncoded(),
            der(EXTENSIONS, der(SEQUENCE, extension)));
    return der(SEQUENCE, signed, algorithm, bits(signature(own.getPrivate(), signed)));
  }

  private static byte[] authority() {
    return der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, der(OCTET_STRING, der(SEQUENCE, TRUE)));
  }

  private static byte[] named() {
    byte[] uri = der(URI_NAME, MESH.getBytes(StandardCharsets.US_ASCII));
    return der(SEQUENCE, SUBJECT_ALT_NAME, der(OCTET_STRING, der(SEQUENCE, uri)));
  }

  private static byte[] name(String commonName) {
    byte[] text = der(UTF8, commonName.getBytes(StandardCharsets.UTF_8));
    return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, text)));
  }

  private static byte[] time(Instant at) {
    return der(UTC_TIME, TIME.format(at).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] integer(BigInteger number) {
    return der(INTEGER, number.toByteArray());
  }

  private static byte[] bits(byte[] value) {
    return der(BIT_STRING, new byte[] {0}, value);
  }

  private static byte[] signature(PrivateKey key, byte[] signed) {
    try {
      var signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(signed);
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK signs by P-256", impossible);
    }
  }

  private static byte[] oid(int... content) {
    byte[] bytes = new byte[content.length];
    for (int i = 0; i < content.length; i++) {
      bytes[i] = (byte) content[i];
    }
    return der(6, bytes);
  }

  /** Tag, length, and the parts one behind the other. */
  private static byte[] der(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    var all = new ByteArrayOutputStream(length + 4);
    all.write(tag);
    if (length >= 0x100) {
      all.write(0x82);
      all.write(length >> 8);
    } else if (length >= 0x80) {
      all.write(0x81);
    }
    all.write(length);
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }

  private static String pem(String what, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
  }
}

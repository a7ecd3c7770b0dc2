package fairlead.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads private keys, as openssl writes them: PKCS#8 (RFC 5958), PKCS#1 for RSA (RFC 8017 §A.1.2)
 * and SEC 1 for elliptic curves (RFC 5915). The last two are put into the first, which is what the
 * JDK reads.
 */
final class PrivateKeys {
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;

  /** {@code [0]} of an ECPrivateKey: its curve. */
  private static final int PARAMETERS = 0xa0;

  private static final byte[] VERSION_0 = {0x02, 1, 0};

  /** rsaEncryption, 1.2.840.113549.1.1.1, with no parameters. */
  private static final byte[] RSA = {
    0x06, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 0x05, 0
  };

  /** id-ecPublicKey, 1.2.840.10045.2.1. */
  private static final byte[] EC = {0x06, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private static final String DECRYPT =
      "holds an encrypted key, for which there is no password; write it without,"
          + " as 'openssl pkey -in FILE -out NEW' does";

  private PrivateKeys() {}

  /** The key in {@code file}. Blocks. */
  static PrivateKey read(Path file) {
    List<Pem.Block> blocks = Pem.blocks(file);
    for (Pem.Block block : blocks) {
      if (block.label().equals("ENCRYPTED PRIVATE KEY") || block.text().contains("ENCRYPTED")) {
        throw new UnusableFileException(file, DECRYPT);
      }
    }
    try {
      for (Pem.Block block : blocks) {
        byte[] pkcs8 = pkcs8(block, blocks);
        if (pkcs8 != null) {
          return decode(pkcs8);
        }
      }
    } catch (GeneralSecurityException | IllegalArgumentException broken) {
      // Not as the cause: what the JDK says of a key may show parts of it.
      throw new UnusableFileException(file, "holds no RSA or EC key that can be read");
    }
    throw new UnusableFileException(
        file, "has no private key in it; write one in PEM, '-----BEGIN PRIVATE KEY-----'");
  }

  private static byte @Nullable [] pkcs8(Pem.Block block, List<Pem.Block> all) {
    return switch (block.label()) {
      case "PRIVATE KEY" -> block.der();
      case "RSA PRIVATE KEY" -> wrap(RSA, block.der());
      case "EC PRIVATE KEY" -> wrap(concat(EC, curve(block.der(), all)), block.der());
      default -> null;
    };
  }

  private static PrivateKey decode(byte[] pkcs8) throws GeneralSecurityException {
    var spec = new PKCS8EncodedKeySpec(pkcs8);
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    } catch (InvalidKeySpecException _) {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    }
  }

  /** A PrivateKeyInfo: version, algorithm, and the key in an OCTET STRING. */
  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return value(SEQUENCE, concat(VERSION_0, value(SEQUENCE, algorithm), value(OCTET_STRING, key)));
  }

  /** The curve as an OBJECT IDENTIFIER: in the key, or in a block of its own before it. */
  private static byte[] curve(byte[] key, List<Pem.Block> all) {
    ByteBuffer fields = content(ByteBuffer.wrap(key), SEQUENCE);
    while (fields.hasRemaining()) {
      int tag = fields.get(fields.position()) & 0xff;
      ByteBuffer field = content(fields, tag);
      if (tag == PARAMETERS) {
        return bytes(field);
      }
    }
    for (Pem.Block block : all) {
      if (block.label().equals("EC PARAMETERS") && block.der()[0] == OBJECT_IDENTIFIER) {
        return block.der();
      }
    }
    throw new IllegalArgumentException("curve: none (expected: a named one)");
  }

  /** The contents of the value at the position of {@code from}, which ends behind it. */
  private static ByteBuffer content(ByteBuffer from, int tag) {
    if (from.remaining() < 2 || (from.get() & 0xff) != tag) {
      throw new IllegalArgumentException("DER: another tag (expected: " + tag + ")");
    }
    int length = from.get() & 0xff;
    if (length > 0x80) {
      int bytes = length - 0x80;
      length = 0;
      for (int i = 0; i < bytes && from.hasRemaining(); i++) {
        length = (length << 8) | (from.get() & 0xff);
      }
    }
    if (length < 0 || length > from.remaining()) {
      throw new IllegalArgumentException("DER: length " + length + " (expected: what is there)");
    }
    ByteBuffer content = from.slice(from.position(), length);
    from.position(from.position() + length);
    return content;
  }

  private static byte[] value(int tag, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length < 0x100) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}

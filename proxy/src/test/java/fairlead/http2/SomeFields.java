package fairlead.http2;

import fairlead.http2.HeaderBlock.Literal;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.SplittableRandom;

/** Fields and header blocks by chance, the same for the same seed. */
final class SomeFields {
  private static final List<String> NAMES =
      List.of(
          ":method",
          ":path",
          ":authority",
          ":status",
          ":odd",
          "accept",
          "accept-encoding",
          "content-length",
          "cookie",
          "x-forwarded-for",
          "l5d-dst-service",
          "x",
          "x-request-id",
          "grpc-timeout",
          "a-rather-long-name-that-nobody-knows-and-nobody-will-ever-know");

  private static final List<String> VALUES =
      List.of(
          "", "GET", "/", "200", "gzip, deflate", "a", "trailers", "0123456789", "\u00e9\u00ff");

  private static final List<Literal> FORMS = List.of(Literal.values());
  private static final int MOST_INDEXES = 200;

  private final SplittableRandom random;

  SomeFields(long seed) {
    random = new SplittableRandom(seed);
  }

  SplittableRandom random() {
    return random;
  }

  String name() {
    return random.nextInt(4) == 0 ? "n-" + random.nextInt(40) : one(NAMES);
  }

  String value() {
    return switch (random.nextInt(4)) {
      case 0 -> one(VALUES);
      case 1 -> "value-" + random.nextInt(30);
      default -> bytes(random.nextInt(random.nextInt(10) == 0 ? 5000 : 60));
    };
  }

  /** A block whose indexes may be beyond the table, and size updates above the limit. */
  HeaderBlock block() {
    var block = new HeaderBlock();
    for (int updates = random.nextInt(20) - 17; updates > 0; updates--) {
      block.tableSize(random.nextInt(4200));
    }
    for (int i = random.nextInt(12); i > 0; i--) {
      if (random.nextBoolean()) {
        block.huffman();
      }
      field(block);
    }
    return block;
  }

  /** With a byte changed, left out, put in, or the end cut off. */
  byte[] mutated(byte[] bytes) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    var out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    switch (random.nextInt(4)) {
      case 0 -> {
        out.write(random.nextInt(256));
        out.write(bytes, at + 1, bytes.length - at - 1);
      }
      case 1 -> out.write(bytes, at + 1, bytes.length - at - 1);
      case 2 -> {
        out.write(random.nextInt(256));
        out.write(bytes, at, bytes.length - at);
      }
      default -> {}
    }
    return out.toByteArray();
  }

  private void field(HeaderBlock block) {
    Literal form = one(FORMS);
    switch (random.nextInt(8)) {
      case 0, 1 -> block.indexed(1 + random.nextInt(StaticTable.COUNT));
      case 2 -> block.indexed(1 + StaticTable.COUNT + random.nextInt(3));
      case 3 -> block.field(form, 1 + random.nextInt(StaticTable.COUNT + 2), value());
      case 4 -> {
        if (random.nextInt(30) == 0) {
          block.indexed(random.nextInt(MOST_INDEXES));
        }
      }
      default -> block.field(form, name(), value());
    }
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String bytes(int length) {
    var text = new StringBuilder(length);
    boolean any = random.nextInt(3) == 0;
    for (int i = 0; i < length; i++) {
      text.append((char) (any ? random.nextInt(256) : ' ' + random.nextInt(95)));
    }
    return text.toString();
  }
}

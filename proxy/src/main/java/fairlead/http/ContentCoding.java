package fairlead.http;

import java.util.Locale;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/** The codings that answers can be compressed with (RFC 9110 §8.4.1). */
public enum ContentCoding {
  GZIP("gzip"),
  DEFLATE("deflate");

  private static final int UNSAID = -1;

  private final String word;

  ContentCoding(String word) {
    this.word = word;
  }

  /** As {@code Content-Encoding} says it. */
  public String word() {
    return word;
  }

  /** Of the content, as the end of the stream tells it. */
  public Checksum checksum() {
    return this == GZIP ? new CRC32() : new Adler32();
  }

  /**
   * The one that the caller would rather have, gzip when it is all one; null when it wants none, or
   * would rather have the answer as it is (RFC 9110 §12.5.3).
   *
   * @param acceptEncoding the values of all such header lines
   */
  public static @Nullable ContentCoding accepted(Iterable<String> acceptEncoding) {
    int gzip = UNSAID;
    int deflate = UNSAID;
    int identity = UNSAID;
    int others = 0;
    for (String line : acceptEncoding) {
      for (String element : line.split(",", -1)) {
        int semicolon = element.indexOf(';');
        String name = (semicolon < 0 ? element : element.substring(0, semicolon)).strip();
        int weight = semicolon < 0 ? 1000 : weight(element.substring(semicolon + 1).strip());
        switch (name.toLowerCase(Locale.ROOT)) {
          case "gzip", "x-gzip" -> gzip = weight;
          case "deflate" -> deflate = weight;
          case "identity" -> identity = weight;
          case "*" -> others = weight;
          default -> {}
        }
      }
    }
    gzip = gzip == UNSAID ? others : gzip;
    deflate = deflate == UNSAID ? others : deflate;
    int best = Math.max(gzip, deflate);
    if (best == 0 || best < identity) {
      return null;
    }
    return gzip == best ? GZIP : DEFLATE;
  }

  /** {@code q=0.5} in thousandths; 0 for what is malformed. */
  private static int weight(String parameter) {
    if (!parameter.matches("[qQ]=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")) {
      return 0;
    }
    return (int) Math.round(Double.parseDouble(parameter.substring(2)) * 1000);
  }
}

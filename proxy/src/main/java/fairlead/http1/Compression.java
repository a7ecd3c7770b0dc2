package fairlead.http1;

import fairlead.http.ContentCoding;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which answers are compressed, and how far ({@code compressionLevel}, {@code spec/http.md} §7.9).
 * One a router; used on event loops.
 */
public final class Compression {
  private static final int TEXTS = -1;
  private static final int LEVEL_OF_TEXTS = 6;

  /** Smaller bodies grow, or hardly shrink. */
  private static final int LEAST_BYTES = 150;

  private static final Set<String> TEXT_TYPES =
      Set.of(
          "image/svg+xml",
          "application/atom+xml",
          "application/javascript",
          "application/json",
          "application/rss+xml",
          "application/x-javascript",
          "application/xhtml+xml",
          "application/xml");

  /** They speak of the bytes as they are. */
  private static final List<String> OF_THE_BYTES =
      List.of("Content-Range", "Content-MD5", "Digest", "Content-Digest", "Repr-Digest");

  private final boolean textsOnly;
  private final FastThreadLocal<Deflaters> deflaters;

  private Compression(int level) {
    textsOnly = level == TEXTS;
    int depth = textsOnly ? LEVEL_OF_TEXTS : level;
    deflaters =
        new FastThreadLocal<>() {
          @Override
          protected Deflaters initialValue() {
            return new Deflaters(depth);
          }
        };
  }

  /**
   * Compression as configured, or null for none. Throws when the level is not -1 to 9.
   *
   * @param level -1 for texts at level 6, 0 for nothing, 1 to 9 for everything
   */
  public static @Nullable Compression ofLevel(int level) {
    if (level < TEXTS || level > 9) {
      throw new IllegalArgumentException("compression: " + level + " (expected: -1 to 9)");
    }
    return level == 0 ? null : new Compression(level);
  }

  /**
   * Begins to compress the answer's body, and says so in its head; null when it goes as it is.
   *
   * @param framing of the answer as it is
   */
  @Nullable Compressor begin(
      Head request, Head response, Framing framing, ChannelHandlerContext ctx, Outlet outlet) {
    if (!request.contains(HeaderNames.ACCEPT_ENCODING) || !isFit(request, response, framing)) {
      return null;
    }
    var coding = ContentCoding.accepted(request.all(HeaderNames.ACCEPT_ENCODING));
    if (coding == null) {
      return null;
    }
    var pool = deflaters.get();
    var deflater = pool.take();
    if (deflater == null) {
      return null;
    }
    announce(response, coding);
    return new Compressor(coding, pool, deflater, ctx, outlet);
  }

  /** Those of this loop. */
  Deflaters deflaters() {
    return deflaters.get();
  }

  private boolean isFit(Head request, Head response, Framing framing) {
    boolean worthIt =
        framing instanceof Framing.Chunked
            || (framing instanceof Framing.Length(var bytes) && bytes >= LEAST_BYTES);
    return worthIt
        && request.minorVersion() == 1
        && response.minorVersion() == 1
        && response.status() != 206
        && !response.contains(HeaderNames.CONTENT_ENCODING)
        && (!textsOnly || isText(response.first(HeaderNames.CONTENT_TYPE)))
        && OF_THE_BYTES.stream().noneMatch(response::contains)
        && mayChange(request)
        && mayChange(response);
  }

  private static boolean isText(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    String lower = type.strip().toLowerCase(Locale.ROOT);
    return lower.startsWith("text/") || TEXT_TYPES.contains(lower);
  }

  /** RFC 9111 §5.2.1.6, §5.2.2.6. */
  private static boolean mayChange(Head head) {
    return head.all("Cache-Control").stream()
        .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("no-transform"));
  }

  /** It is another representation now (RFC 9110 §8.8.3, §12.5.5). */
  private static void announce(Head response, ContentCoding coding) {
    response.add(HeaderNames.CONTENT_ENCODING, coding.word());
    response.remove("Accept-Ranges");
    String tag = response.first("ETag");
    if (tag != null && tag.startsWith("\"")) {
      response.set("ETag", "W/" + tag);
    }
    boolean varies =
        response.all("Vary").stream()
            .map(line -> line.toLowerCase(Locale.ROOT))
            .anyMatch(line -> line.contains("accept-encoding") || line.strip().equals("*"));
    if (!varies) {
      response.add("Vary", "Accept-Encoding");
    }
  }
}

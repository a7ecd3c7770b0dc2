package fairlead.http1;

import fairlead.http.Fields;
import fairlead.http.HeaderNames;
import fairlead.wire.HeadLimits;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The trailer section behind the last chunk (RFC 9112 §7.1.2): the same lines and limits as in a
 * head. Fields that frame, route, authorise or otherwise steer a message are dropped (RFC 9110
 * §6.5.1, {@code spec/threats.md} 10). Event loop only.
 */
final class TrailerParser {
  private static final ParseResult TOO_LARGE =
      new ParseResult.Rejected(new Rejection(431, "the trailers are too large"));

  /** Besides the well-known ones, which are all forbidden. */
  private static final Set<String> FORBIDDEN =
      Set.of(
          "age",
          "cache-control",
          "content-range",
          "expires",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "pragma",
          "range",
          "vary",
          "warning",
          "www-authenticate");

  private final HeadLimits limits;

  /** Made with the first trailers: most bodies have none. */
  private @Nullable Fields fields;

  private final LineScanner scanner = new LineScanner();
  private int headerBytes;
  private boolean kept;

  TrailerParser(HeadLimits limits) {
    this.limits = limits;
  }

  void reset() {
    if (fields != null) {
      fields.reset();
    }
    scanner.reset(0);
    headerBytes = 0;
    kept = false;
  }

  /** What is left of them, or null. */
  @Nullable Fields fields() {
    return kept ? fields : null;
  }

  /** Byte by byte from the buffer: trailers are rare and short. */
  ParseResult parse(ByteBuf in) {
    if (fields == null) {
      fields = new Fields();
    }
    return parse(in, fields);
  }

  private ParseResult parse(ByteBuf in, Fields fields) {
    while (in.isReadable()) {
      int used = fields.arrayLength();
      fields.reserve(1)[used] = in.readByte();
      fields.used(used + 1);
      ParseResult result =
          switch (scanner.scan(fields, limits.headerBytes() - headerBytes)) {
            case NOTHING_YET -> ParseResult.NeedMore.INSTANCE;
            case TOO_LONG -> TOO_LARGE;
            case BAD -> new ParseResult.Rejected(scanner.fault());
            case LINE -> line(fields, scanner.lineStart(), scanner.lineEnd());
          };
      if (!(result instanceof ParseResult.NeedMore)) {
        return result;
      }
    }
    return ParseResult.NeedMore.INSTANCE;
  }

  private ParseResult line(Fields fields, int start, int end) {
    scanner.next();
    if (start == end) {
      return ParseResult.Done.INSTANCE;
    }
    if (fields.count() == limits.fields()) {
      return TOO_LARGE;
    }
    headerBytes += end - start;
    Rejection rejection = FieldLine.enter(fields, start, end, limits.obsText());
    if (rejection != null) {
      return new ParseResult.Rejected(rejection);
    }
    int last = fields.count() - 1;
    if (isForbidden(fields.id(last), fields.name(last))) {
      fields.removeAt(last);
    } else {
      kept = true;
    }
    return ParseResult.NeedMore.INSTANCE;
  }

  private static boolean isForbidden(int id, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return id != HeaderNames.OTHER
        || lower.startsWith("l5d-")
        || lower.startsWith("x-forwarded-")
        || FORBIDDEN.contains(lower);
  }
}

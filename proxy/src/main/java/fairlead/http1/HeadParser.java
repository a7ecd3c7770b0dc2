package fairlead.http1;

import fairlead.http.Head;
import fairlead.wire.HeadLimits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Strict parser of request or response heads, fed in any pieces (RFC 9112 §2–§6, {@code
 * spec/threats.md} 1–27). What it accepts is well framed and has one meaning. Event loop only; one
 * a connection; after a head is done it begins the next, after a rejection it is of no more use.
 */
public final class HeadParser {
  /** Copied at once; heads are mostly shorter, and what was copied too much is given back. */
  private static final int STEP = 2048;

  private static final ParseResult LINE_TOO_LONG =
      rejected(new Rejection(414, "the request line is too long"));
  private static final ParseResult HEADERS_TOO_LARGE =
      rejected(new Rejection(431, "the headers are too large"));
  private static final ParseResult TOO_MANY =
      rejected(new Rejection(431, "there are too many headers"));
  private static final ParseResult EMPTY_LINES =
      rejected(Rejection.bad("empty lines before the request line"));

  private enum Stage {
    IDLE,
    START_LINE,
    FIELDS
  }

  private final boolean requests;
  private final HeadLimits limits;
  private final LineScanner scanner = new LineScanner();
  private Stage stage = Stage.IDLE;
  private int headerBytes;

  private HeadParser(boolean requests, HeadLimits limits) {
    this.requests = requests;
    this.limits = limits;
  }

  public static HeadParser ofRequests(HeadLimits limits) {
    return new HeadParser(true, limits);
  }

  /** Its rejections all have status 502. */
  public static HeadParser ofResponses(HeadLimits limits) {
    return new HeadParser(false, limits);
  }

  /** Whether a head has begun but is not complete. */
  public boolean isMidway() {
    return stage != Stage.IDLE;
  }

  /**
   * Takes bytes from {@code in} and fills {@code head}, which must be the same until the head is
   * done and is reset when a new one begins. Takes nothing behind the end of the head. Does not
   * release {@code in}.
   */
  public ParseResult parse(ByteBuf in, Head head) {
    while (in.isReadable()) {
      if (stage == Stage.IDLE) {
        begin(head);
      }
      copy(in, head);
      ParseResult result = lines(head);
      if (result != null) {
        stage = Stage.IDLE;
        if (result instanceof ParseResult.Done) {
          giveBack(in, head);
        }
        return requests ? result : ofBackend(result);
      }
    }
    return ParseResult.NeedMore.INSTANCE;
  }

  private void begin(Head head) {
    head.reset();
    scanner.reset(0);
    headerBytes = 0;
    stage = Stage.START_LINE;
  }

  private static void copy(ByteBuf in, Head head) {
    int step = Math.min(in.readableBytes(), STEP);
    int used = head.arrayLength();
    in.readBytes(head.reserve(step), used, step);
    head.used(used + step);
  }

  /** What was copied from behind the head belongs to the body or to the next head. */
  private void giveBack(ByteBuf in, Head head) {
    int behind = head.arrayLength() - scanner.lineStart();
    in.readerIndex(in.readerIndex() - behind);
    head.used(scanner.lineStart());
  }

  /** Every complete line; null when more bytes are needed. */
  private @Nullable ParseResult lines(Head head) {
    while (true) {
      int limit =
          stage == Stage.START_LINE
              ? limits.initialLineBytes()
              : limits.headerBytes() - headerBytes;
      switch (scanner.scan(head, limit)) {
        case NOTHING_YET -> {
          return null;
        }
        case TOO_LONG -> {
          return stage == Stage.START_LINE ? LINE_TOO_LONG : HEADERS_TOO_LARGE;
        }
        case BAD -> {
          return rejected(scanner.fault());
        }
        case LINE -> {
          ParseResult result = line(head, scanner.lineStart(), scanner.lineEnd());
          scanner.next();
          if (result != null) {
            return result;
          }
        }
      }
    }
  }

  private @Nullable ParseResult line(Head head, int start, int end) {
    if (stage == Stage.START_LINE) {
      return startLine(head, start, end);
    }
    if (start == end) {
      return finish(head);
    }
    if (head.count() == limits.fields()) {
      return TOO_MANY;
    }
    headerBytes += end - start;
    return orNull(FieldLine.enter(head, start, end, limits.obsText()));
  }

  private @Nullable ParseResult startLine(Head head, int start, int end) {
    if (!requests) {
      stage = Stage.FIELDS;
      return orNull(StartLine.status(head, start, end));
    }
    if (start == end) {
      // One empty line is skipped (RFC 9112 §2.2).
      return start == 0 ? null : EMPTY_LINES;
    }
    stage = Stage.FIELDS;
    return orNull(StartLine.request(head, start, end));
  }

  private ParseResult finish(Head head) {
    Rejection rejection = Semantics.note(head);
    if (rejection == null && requests) {
      rejection = Targets.check(head);
    }
    return rejection == null ? ParseResult.Done.INSTANCE : rejected(rejection);
  }

  private static @Nullable ParseResult orNull(@Nullable Rejection rejection) {
    return rejection == null ? null : rejected(rejection);
  }

  private static ParseResult rejected(Rejection rejection) {
    return new ParseResult.Rejected(rejection);
  }

  private static ParseResult ofBackend(ParseResult result) {
    return result instanceof ParseResult.Rejected(var rejection)
        ? rejected(rejection.ofBackend())
        : result;
  }
}

package fairlead.http;

import org.jspecify.annotations.Nullable;

/**
 * Zipkin's headers, {@code x-b3-…} and the single {@code b3} ({@code spec/http.md} §13.3). Any
 * thread.
 */
public final class B3 {
  /** Digits of the longest id of a trace. */
  private static final int TRACE = 32;

  private static final int SPAN = 16;
  private static final FixedField YES = FixedField.of(HeaderNames.X_B3_SAMPLED, "1");
  private static final FixedField NO = FixedField.of(HeaderNames.X_B3_SAMPLED, "0");

  private B3() {}

  /** The id that the five headers tell; null without a good {@code x-b3-spanid}. */
  public static @Nullable TraceId parse(Fields head) {
    int i = head.find(HeaderNames.X_B3_SPANID);
    if (i < 0 || !isId(head, i, SPAN)) {
      return null;
    }
    long span = low(head, i);
    int parentAt = head.find(HeaderNames.X_B3_PARENTSPANID);
    long parent = parentAt >= 0 && isId(head, parentAt, SPAN) ? low(head, parentAt) : span;
    int traceAt = head.find(HeaderNames.X_B3_TRACEID);
    boolean traced = traceAt >= 0 && isId(head, traceAt, TRACE);
    long trace = traced ? low(head, traceAt) : parent;
    long high =
        traced
            ? HexIds.high(head.array(), head.valueOffset(traceAt), head.valueLength(traceAt))
            : 0;
    return new TraceId(span, parent, trace, high, flags(head));
  }

  private static boolean isId(Fields head, int i, int most) {
    return HexIds.are(head.array(), head.valueOffset(i), head.valueLength(i), most);
  }

  private static long low(Fields head, int i) {
    return HexIds.low(head.array(), head.valueOffset(i), head.valueLength(i));
  }

  /** What the headers say of sampling, with or without ids. */
  public static long flags(Fields head) {
    long flags = 0;
    String text = head.first(HeaderNames.X_B3_FLAGS);
    if (text != null && text.matches("[0-9]{1,18}")) {
      flags = Long.parseLong(text);
    }
    int sampled = head.find(HeaderNames.X_B3_SAMPLED);
    if (sampled < 0) {
      return flags;
    }
    return TraceId.decided(flags, head.valueIs(sampled, "1") || head.valueIs(sampled, "true"));
  }

  /** The id in this value of {@code b3}; null when it holds none. */
  public static @Nullable TraceId parseSingle(String value) {
    String[] parts = value.split("-", -1);
    if (parts.length < 2
        || parts.length > 4
        || !isId(parts[0], TRACE)
        || !isId(parts[1], SPAN)
        || (parts.length == 4 && !isId(parts[3], SPAN))) {
      return null;
    }
    byte[] tree = FieldRules.ascii(parts[0]);
    long span = Long.parseUnsignedLong(parts[1], 16);
    long parent = parts.length == 4 ? Long.parseUnsignedLong(parts[3], 16) : span;
    return new TraceId(
        span,
        parent,
        HexIds.low(tree, 0, tree.length),
        HexIds.high(tree, 0, tree.length),
        parts.length > 2 ? singleFlags(parts[2]) : 0);
  }

  /** What a value of {@code b3} says of sampling that holds no ids: {@code 0}, {@code 1} … */
  public static long singleFlags(String state) {
    return switch (state) {
      case "1", "true" -> TraceId.decided(0, true);
      case "0", "false" -> TraceId.decided(0, false);
      case "d" -> TraceId.decided(TraceId.DEBUG, true);
      default -> 0;
    };
  }

  private static boolean isId(String text, int most) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    return HexIds.are(bytes, 0, bytes.length, most);
  }

  /**
   * Writes the headers for {@code span}, a call made for {@code parent}.
   *
   * @param deferring says nothing of sampling where nothing is decided; else that says no
   * @param memory of at least {@link TraceHeader#MOST_BYTES}
   */
  public static void write(
      Fields head, long span, long parent, TraceId tree, boolean deferring, byte[] memory) {
    head.set(HeaderNames.X_B3_TRACEID, memory, HexIds.writeTrace(tree, memory));
    head.set(HeaderNames.X_B3_SPANID, memory, HexIds.write(span, memory, 0));
    head.set(HeaderNames.X_B3_PARENTSPANID, memory, HexIds.write(parent, memory, 0));
    if (deferring && !tree.isDecided()) {
      head.remove(HeaderNames.X_B3_SAMPLED);
    } else {
      head.set(tree.isSampled() ? YES : NO);
    }
    head.set(HeaderNames.X_B3_FLAGS, Long.toString(tree.flags()));
  }

  /** The same in one header. */
  public static void writeSingle(Fields head, long span, long parent, TraceId tree) {
    byte[] memory = new byte[TRACE + 2 * SPAN + 4];
    int at = HexIds.writeTrace(tree, memory);
    memory[at++] = '-';
    at = HexIds.write(span, memory, at);
    if (tree.isDecided()) {
      memory[at++] = '-';
      boolean debug = (tree.flags() & TraceId.DEBUG) != 0;
      memory[at++] = (byte) (debug ? 'd' : tree.isSampled() ? '1' : '0');
      memory[at++] = '-';
      at = HexIds.write(parent, memory, at);
    }
    head.set(HeaderNames.B3, memory, at);
  }
}

package fairlead.telemetry.trace;

import fairlead.http.B3;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.http.TraceHeader;
import fairlead.http.TraceId;
import fairlead.http.TraceParent;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By which headers a trace goes on ({@code tracePropagator}, {@code spec/http.md} §13). Immutable.
 *
 * @param reads in this order; the first that is there counts
 * @param strictB3 tells the next that nothing is sampled where nothing is decided, as Linkerd does
 */
public record Propagation(List<Format> reads, List<Format> writes, boolean strictB3) {
  private static final String STATE = "tracestate";

  /** One way to write it. */
  public enum Format {
    /** {@code l5d-ctx-trace}, {@code l5d-sample}, {@code l5d-reqid}. */
    L5D,
    /** {@code x-b3-…}. */
    B3,
    /** {@code b3}. */
    B3_SINGLE,
    /** {@code traceparent}, {@code tracestate}. */
    W3C
  }

  /** {@code io.l5d.default}. */
  public static final Propagation DEFAULT =
      new Propagation(List.of(Format.L5D), List.of(Format.L5D), false);

  /** {@code io.l5d.zipkin}; what came in one header goes on in one too. */
  public static final Propagation ZIPKIN =
      new Propagation(List.of(Format.B3, Format.B3_SINGLE), List.of(Format.B3), true);

  /** {@code io.l5d.w3c}. */
  public static final Propagation W3C =
      new Propagation(List.of(Format.W3C), List.of(Format.W3C), false);

  /** What {@code io.l5d.mixed} reads and writes unless told otherwise. */
  public static final List<Format> ALL =
      List.of(Format.L5D, Format.B3, Format.B3_SINGLE, Format.W3C);

  public Propagation {
    reads = List.copyOf(reads);
    writes = List.copyOf(writes);
  }

  /** The span that asks, or null when the request is of no trace; takes the headers off. */
  @Nullable TraceId read(Head head) {
    TraceId found = null;
    for (int i = 0; i < reads.size(); i++) {
      var told = parse(reads.get(i), head);
      if (found == null || (told != null && isBelow(told, found))) {
        found = told == null ? found : told;
      }
    }
    head.remove(HeaderNames.L5D_CTX_TRACE);
    if (reads.contains(Format.W3C)) {
      forgetStrangeState(head, found);
    }
    return found;
  }

  /**
   * Whether one was made for the other, and so is the later word: who knows one kind of header only
   * passes the others on as they were.
   */
  private static boolean isBelow(TraceId told, TraceId other) {
    return told.trace() == other.trace()
        && told.parent() == other.span()
        && told.span() != other.span();
  }

  /** What belongs to a trace that does not go on does not go on either. */
  private static void forgetStrangeState(Head head, @Nullable TraceId found) {
    if (!head.contains(STATE)) {
      return;
    }
    var parent = TraceParent.parse(head);
    if (parent == null || found == null || parent.trace() != found.trace()) {
      head.remove(STATE);
    }
  }

  private static @Nullable TraceId parse(Format format, Head head) {
    return switch (format) {
      case L5D -> {
        String text = head.first(HeaderNames.L5D_CTX_TRACE);
        yield text == null ? null : TraceHeader.parse(text);
      }
      case B3 -> B3.parse(head);
      case B3_SINGLE -> {
        String text = head.first(HeaderNames.B3);
        yield text == null ? null : B3.parseSingle(text);
      }
      case W3C -> TraceParent.parse(head);
    };
  }

  /**
   * The flags of the request's trace: those of {@code flags}, unless a header decides; takes {@code
   * l5d-sample} off ({@code spec/http.md} §4.4, §13.3).
   *
   * @param traced whether {@code flags} came with the request
   */
  long sampled(Head head, long trace, long flags, boolean traced) {
    long decided = flags;
    for (int i = 0; i < reads.size(); i++) {
      switch (reads.get(i)) {
        case L5D ->
            decided = byRate(head.first(HeaderNames.L5D_SAMPLE), trace, decided, Double.MAX_VALUE);
        case B3 -> {
          if (head.contains(HeaderNames.X_B3_SAMPLED) || head.contains(HeaderNames.X_B3_FLAGS)) {
            if (!traced) {
              decided |= B3.flags(head); // a decision without ids
            }
            String sampled = head.first(HeaderNames.X_B3_SAMPLED);
            if (sampled != null && sampled.indexOf('.') >= 0) { // else it is no rate
              decided = byRate(sampled, trace, decided, 1);
            }
          }
        }
        case B3_SINGLE -> {
          String single = traced ? null : head.first(HeaderNames.B3);
          decided |= single == null ? 0 : B3.singleFlags(single);
        }
        case W3C -> {}
      }
    }
    head.remove(HeaderNames.L5D_SAMPLE);
    return decided;
  }

  /** A rate that is no number, or beyond {@code most}, says nothing. */
  private static long byRate(@Nullable String text, long trace, long flags, double most) {
    if (text == null) {
      return flags;
    }
    double rate;
    try {
      rate = Double.parseDouble(text);
    } catch (NumberFormatException _) { // Not a number is ignored (§4.4).
      return flags;
    }
    return Double.isNaN(rate) || rate > most
        ? flags
        : TraceId.decided(flags, Sampler.samples(rate, trace));
  }

  /**
   * Tells the backend of {@code span}, which is of the trace of {@code tree} and was made for
   * {@code parent}.
   *
   * @param memory of at least {@link TraceHeader#MOST_BYTES}
   */
  public void write(Head head, long span, long parent, TraceId tree, byte[] memory) {
    for (int i = 0; i < writes.size(); i++) {
      switch (writes.get(i)) {
        case L5D -> {
          int length = TraceHeader.encode(span, parent, tree, memory);
          head.set(HeaderNames.L5D_CTX_TRACE, memory, length);
          TraceHeader.requestId(tree, memory);
          head.set(HeaderNames.L5D_REQID, memory, TraceHeader.ID_BYTES);
        }
        case B3 -> {
          B3.write(head, span, parent, tree, !strictB3, memory);
          if (head.contains(HeaderNames.B3)) { // a stale one would say something else
            B3.writeSingle(head, span, parent, tree);
          }
        }
        case B3_SINGLE -> B3.writeSingle(head, span, parent, tree);
        case W3C -> TraceParent.write(head, span, tree, memory);
      }
    }
  }

  /** These, each once. */
  static List<Format> once(List<Format> formats) {
    Set<Format> each = EnumSet.noneOf(Format.class);
    return formats.stream().filter(each::add).toList();
  }
}

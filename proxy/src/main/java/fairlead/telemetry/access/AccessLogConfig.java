package fairlead.telemetry.access;

import java.util.List;

/**
 * One access log of a router. Immutable.
 *
 * @param rotateCount files put aside that are kept; -1 for all
 */
public record AccessLogConfig(
    Target to, RollPolicy roll, boolean append, int rotateCount, Form form) {
  /** Where lines go. */
  public sealed interface Target {
    record File(String path) implements Target {}

    record StandardOutput() implements Target {}

    record StandardError() implements Target {}
  }

  /** What a line looks like. */
  public sealed interface Form {
    /**
     * Linkerd's: one line an attempt.
     *
     * @param h2 that of an h2 router
     */
    record Linkerd(boolean h2) implements Form {}

    /** An object a request, with these members. */
    record Json(List<LogField> fields) implements Form {
      public Json {
        fields = List.copyOf(fields);
      }
    }
  }
}

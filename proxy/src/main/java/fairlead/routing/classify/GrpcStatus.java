package fairlead.routing.classify;

import fairlead.http.Fields;

/** What the trailers of a gRPC call say, or its head when nothing else came. */
final class GrpcStatus {
  /** {@code OK}. */
  static final int OK = 0;

  /** What cannot be read counts as this. */
  static final int UNKNOWN = 2;

  static final int UNAVAILABLE = 14;

  /** There is no {@code grpc-status}. */
  static final int ABSENT = -1;

  /** The backend forbids retries. */
  static final long NEVER = -2;

  private static final String PUSHBACK = "grpc-retry-pushback-ms";

  private GrpcStatus() {}

  /** The code, or {@link #ABSENT}. */
  static int of(Fields fields) {
    String value = fields.first("grpc-status");
    if (value == null) {
      return ABSENT;
    }
    try {
      int code = Integer.parseInt(value);
      return code < 0 ? UNKNOWN : code;
    } catch (NumberFormatException _) {
      return UNKNOWN;
    }
  }

  /**
   * How long the backend asks to wait before a retry, in milliseconds; {@link #NEVER} when it says
   * a negative number or none (gRPC A6), {@link #ABSENT} when it says nothing.
   */
  static long pushbackMillis(Fields fields) {
    String value = fields.first(PUSHBACK);
    if (value == null) {
      return ABSENT;
    }
    try {
      int millis = Integer.parseInt(value);
      return millis < 0 ? NEVER : millis;
    } catch (NumberFormatException _) {
      return NEVER;
    }
  }
}

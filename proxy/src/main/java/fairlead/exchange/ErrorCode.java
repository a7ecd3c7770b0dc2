package fairlead.exchange;

/**
 * Why a stream or a connection is given up, in the words and numbers of HTTP/2 (RFC 9113 §7).
 * HTTP/1 has no words for it and closes.
 */
public enum ErrorCode {
  NO_ERROR(0),
  PROTOCOL_ERROR(1),
  INTERNAL_ERROR(2),
  FLOW_CONTROL_ERROR(3),
  SETTINGS_TIMEOUT(4),
  STREAM_CLOSED(5),
  FRAME_SIZE_ERROR(6),
  REFUSED_STREAM(7),
  CANCEL(8),
  COMPRESSION_ERROR(9),
  CONNECT_ERROR(10),
  ENHANCE_YOUR_CALM(11),
  INADEQUATE_SECURITY(12),
  HTTP_1_1_REQUIRED(13);

  private static final ErrorCode[] ALL = values();

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  /** As on the wire. */
  public int number() {
    return number;
  }

  /** That of {@code number}; unknown ones are {@link #INTERNAL_ERROR} (RFC 9113 §7). */
  public static ErrorCode of(long number) {
    return number >= 0 && number < ALL.length ? ALL[(int) number] : INTERNAL_ERROR;
  }

  /**
   * What the other side of an exchange is told: these are carried over ({@code spec/http.md}
   * §17.6).
   */
  public ErrorCode passedOn() {
    return switch (this) {
      case CANCEL,
          ENHANCE_YOUR_CALM,
          INTERNAL_ERROR,
          NO_ERROR,
          PROTOCOL_ERROR,
          REFUSED_STREAM,
          STREAM_CLOSED ->
          this;
      case FLOW_CONTROL_ERROR,
          SETTINGS_TIMEOUT,
          FRAME_SIZE_ERROR,
          COMPRESSION_ERROR,
          CONNECT_ERROR,
          INADEQUATE_SECURITY,
          HTTP_1_1_REQUIRED ->
          INTERNAL_ERROR;
    };
  }
}

package fairlead.http2;

/**
 * A header block that cannot be decoded: the connection ends with {@code COMPRESSION_ERROR} (RFC
 * 9113 §4.3). Without a stack trace, so that a hostile peer costs little.
 */
public final class HpackException extends Exception {
  HpackException(String message) {
    super(message, null, false, false);
  }
}

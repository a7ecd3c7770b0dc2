package fairlead.http2;

import fairlead.exchange.ErrorCode;

/** What ends the whole connection (RFC 9113 §5.4.1). Cheap to make: carries no stack trace. */
final class ConnectionError extends Exception {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  ConnectionError(ErrorCode code, String reason) {
    super(reason, null, false, false);
    this.code = code;
  }

  static ConnectionError protocol(String reason) {
    return new ConnectionError(ErrorCode.PROTOCOL_ERROR, reason);
  }

  static ConnectionError size(String reason) {
    return new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, reason);
  }

  ErrorCode code() {
    return code;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}

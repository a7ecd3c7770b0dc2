package fairlead.http1;

import fairlead.http.Head;
import fairlead.http.HeaderNames;

/**
 * Why a message is not accepted. The connection is of no more use: answer once, then close; a
 * backend's connection is closed and the caller gets the status. Immutable.
 *
 * @param status 400, 408, 413, 414, 431 or 505 for requests; 502 for responses
 * @param reason for the log and the answer; holds nothing that was received
 */
public record Rejection(int status, String reason) {
  static Rejection bad(String reason) {
    return new Rejection(400, reason);
  }

  /** The answer that ends the connection; without a body. */
  Head answer() {
    var head = Head.response(status, phrase());
    head.setMinorVersion(0); // what the caller speaks is not known
    head.add(HeaderNames.CONNECTION, "close");
    return head;
  }

  private String phrase() {
    return switch (status) {
      case 408 -> "Request Timeout";
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 431 -> "Request Header Fields Too Large";
      case 505 -> "HTTP Version Not Supported";
      default -> "Bad Request";
    };
  }

  /** The same fault in what a backend sent. */
  Rejection ofBackend() {
    return status == 502 ? this : new Rejection(502, reason);
  }
}

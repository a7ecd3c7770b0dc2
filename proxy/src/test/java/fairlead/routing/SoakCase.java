package fairlead.routing;

import java.util.random.RandomGenerator;

/** One way for a request to go, and how often of a thousand it does. */
enum SoakCase {
  SMALL(490, "GET /small", 200, 2),
  MEDIUM(250, "GET /medium", 200, SoakBackend.MEDIUM_BYTES),
  CHUNKED(80, "GET /chunked", 200, SoakBackend.CHUNKED_BYTES),
  UPLOAD(60, "POST /upload", 200, 2),
  LARGE(10, "GET /large", 200, SoakBackend.LARGE_BYTES),
  /** Every endpoint says that it did not process the request. */
  NACKED(5, "POST /nacked", 502, -1),
  /** The backend closes the connection instead of an answer. */
  CLOSED(5, "GET /xclose", 502, -1),
  /** The backend dies within the body. */
  BROKEN(10, "GET /dies", 200, -1),
  LEAVES_IN_HEAD(10, "GET /small", 0, 0),
  LEAVES_IN_BODY(20, "POST /upload", 0, 0),
  LEAVES_AT_ONCE(20, "GET /small", 0, 0),
  LEAVES_WAITING(25, "GET /wait", 0, 0),
  LEAVES_IN_ANSWER(15, "GET /large", 0, 0);

  private static final int UPLOAD_BYTES = 4096;
  private static final int ANNOUNCED_BYTES = 100_000;

  private final int perMille;
  final String request;

  /** Of the answer; 0 when the caller leaves before one. */
  final int status;

  /** Of the answer; -1 when nothing is said of it. */
  final int bodyBytes;

  SoakCase(int perMille, String line, int status, int bodyBytes) {
    this.perMille = perMille;
    this.status = status;
    this.bodyBytes = bodyBytes;
    this.request = request(line);
  }

  private String request(String line) {
    String head = line + " HTTP/1.1\r\nHost: web\r\n";
    return switch (name()) {
      case "UPLOAD", "NACKED" ->
          head + "Content-Length: " + UPLOAD_BYTES + "\r\n\r\n" + "u".repeat(UPLOAD_BYTES);
      case "LEAVES_IN_BODY" ->
          head + "Content-Length: " + ANNOUNCED_BYTES + "\r\n\r\n" + "u".repeat(UPLOAD_BYTES);
      case "LEAVES_IN_HEAD" -> head + "X-Half: a hea";
      default -> head + "\r\n";
    };
  }

  /** Whether the caller goes away by itself. */
  boolean leaves() {
    return status == 0;
  }

  static SoakCase draw(RandomGenerator random) {
    int left = random.nextInt(1000);
    for (var one : values()) {
      left -= one.perMille;
      if (left < 0) {
        return one;
      }
    }
    throw new AssertionError("the cases do not add up to a thousand");
  }
}

package fairlead.http1.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Good messages, as odd as the standard allows. */
final class Grammar {
  private static final String[] METHODS = {
    "GET", "GET", "GET", "POST", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "PURGE", "g~1"
  };
  private static final String[] TARGETS = {
    "/",
    "/",
    "/a/b?c=d&e",
    "/%00%0d%0a",
    "//x//",
    "/..;/a",
    "/%2F?",
    "http://b/c",
    "https://b?x",
    "HTTP://b:81",
    "http://[::1]:8080/x",
    "/a|b\"<>^`{}"
  };
  private static final String[] HOSTS = {
    "a",
    "a",
    "a",
    "web:8080",
    "[::1]:80",
    "[2001:db8::7]",
    "[::ffff:1.2.3.4]",
    "",
    "a_b.c-d",
    "A:",
    "127.0.0.1:4140",
    "a%2d",
    "~!$&'()*+;="
  };
  private static final String[] FIELDS = {
    "X: y",
    "x-empty:",
    "Accept: */*",
    "Via: 1.1 a, 1.0 b",
    "Cookie: a=b; c=\"d\"",
    "my_header: 1",
    "Connection: close",
    "Connection: keep-alive",
    "Connection: x, , y-z,",
    "connection:",
    "TE: trailers",
    "Trailer: X-Sum",
    "Expect: 100-continue",
    "Expect: more",
    "Upgrade: h2c",
    "X-Obs: caf\u00e9\u0085\u00ff",
    "X:\t a\tb \t",
    "Proxy-Connection: close",
    "!#$%&'*+-.^_`|~: 1",
    "l5d-dtab: /a=>/b",
    "X-Forwarded-For: 1, 2",
    "Accept-Encoding: gzip",
    "X: a",
    "X: b",
    "Content-Type: text/plain",
    "Date: x",
    "Keep-Alive: timeout=5",
    "Range: bytes=0-1"
  };
  private static final String[] EXTENSIONS = {
    ";a", ";a=b", ";a=\"\"", ";a=\"b c\t\\\"\\\\;\u00e4\"", ";a;b=c;d=\"e\""
  };
  private static final String[] TRAILERS = {
    "X-Sum: 12",
    "x:",
    "Content-Length: 5",
    "Host: evil",
    "Transfer-Encoding: chunked",
    "Authorization: x",
    "L5D-any: 1",
    "x-forwarded-any: 1",
    "Age: 1",
    "ETag: \"x\"",
    "X-Obs: \u00e9"
  };
  private static final String[] REASONS = {"OK", "", "Not \t Found", " ", "caf\u00e9"};
  private static final int[] STATUSES = {
    200, 200, 200, 201, 204, 205, 206, 304, 301, 404, 500, 502, 600, 999
  };
  private static final String SMUGGLED = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";

  private final RandomGenerator random;

  Grammar(RandomGenerator random) {
    this.random = random;
  }

  String request() {
    boolean old = random.nextInt(8) == 0;
    String method = pick(METHODS);
    String target = pick(TARGETS);
    if (random.nextInt(25) == 0) {
      method = "OPTIONS";
      target = "*";
    } else if (random.nextInt(40) == 0) {
      method = "CONNECT";
      target = random.nextBoolean() ? "a:443" : "[::1]:443";
    }
    var lines = someFields();
    if (!old || random.nextBoolean()) {
      lines.add((random.nextBoolean() ? "Host: " : "host:") + pick(HOSTS));
    }
    String body = body(lines, !old, method.equals("GET") ? 4 : 1, "chunked");
    return (random.nextInt(12) == 0 ? "\r\n" : "")
        + (method + " " + target + " HTTP/1." + (old ? 0 : 1) + "\r\n")
        + head(lines)
        + body;
  }

  /**
   * One response, perhaps with interim ones before it.
   *
   * @param toHead whether it answers a HEAD
   */
  String response(boolean toHead) {
    boolean old = random.nextInt(8) == 0;
    int status = STATUSES[random.nextInt(STATUSES.length)];
    var lines = someFields();
    String[] codings = {"chunked", "Chunked", " CHUNKED \t"};
    String body = body(lines, !old, 1, pick(codings));
    boolean without = toHead || status == 204 || status == 304;
    return interims()
        + ("HTTP/1." + (old ? 0 : 1) + " " + status + " " + pick(REASONS) + "\r\n")
        + head(lines)
        + (without && random.nextInt(8) > 0 ? "" : body);
  }

  private String interims() {
    var out = new StringBuilder();
    while (random.nextInt(6) == 0) {
      String status = pick("100 Continue", "102 Processing", "103 Early Hints", "199 ", "101 X");
      out.append("HTTP/1.1 ").append(status).append("\r\n").append(head(someFields()));
    }
    return out.toString();
  }

  private List<String> someFields() {
    var lines = new ArrayList<String>();
    for (int i = random.nextInt(4); i > 0; i--) {
      lines.add(pick(FIELDS));
    }
    return lines;
  }

  private String head(List<String> lines) {
    Collections.shuffle(lines, Random.from(random));
    return lines.isEmpty() ? "\r\n" : String.join("\r\n", lines) + "\r\n\r\n";
  }

  /** Adds the framing to {@code lines}; one in {@code rarity + 1} messages has none at least. */
  private String body(List<String> lines, boolean canChunk, int rarity, String coding) {
    if (random.nextInt(rarity + 1) > 0 && rarity > 1) {
      return "";
    }
    return switch (random.nextInt(canChunk ? 5 : 3)) {
      case 0 -> "";
      case 1, 2 -> {
        String content = content();
        lines.add(
            pick("Content-Length: ", "content-length:", "CONTENT-LENGTH: ") + content.length());
        yield content;
      }
      default -> {
        lines.add(pick("Transfer-Encoding: ", "transfer-encoding:") + coding);
        yield chunks();
      }
    };
  }

  private String content() {
    return switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> SMUGGLED;
      case 2 -> "0\r\n\r\n";
      case 3 -> "\0\u00ff\r\n".repeat(1 + random.nextInt(5));
      default -> "hello world".substring(0, 1 + random.nextInt(11));
    };
  }

  private String chunks() {
    var out = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      String content = content();
      if (!content.isEmpty()) {
        String size = Integer.toHexString(content.length());
        out.append(random.nextInt(4) == 0 ? "000" : "");
        out.append(random.nextBoolean() ? size : size.toUpperCase(java.util.Locale.ROOT));
        out.append(random.nextInt(5) == 0 ? pick(EXTENSIONS) : "").append("\r\n");
        out.append(content).append("\r\n");
      }
    }
    out.append(pick("0", "0", "0", "000", "0;a=b")).append("\r\n");
    for (int i = Math.max(0, random.nextInt(6) - 2); i > 0; i--) {
      out.append(pick(TRAILERS)).append("\r\n");
    }
    return out.append("\r\n").toString();
  }

  private String pick(String... from) {
    return from[random.nextInt(from.length)];
  }
}

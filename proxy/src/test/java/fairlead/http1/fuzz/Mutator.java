package fairlead.http1.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Breaks messages, mostly. */
final class Mutator {
  private static final String ODD_BYTES =
      "\r\n\0\t \u000b\f\u0001\u001f\u007f\u0080\u0085\u00a0\u00e4\u00ff:;,=\"\\#?/@[]%_-+.0159axXf*'";

  private static final String[] LINE_ENDS = {
    "\n",
    "\r",
    "\r\r\n",
    "\n\r",
    "\r\n\r\n",
    "\r\n ",
    "\r\n\t",
    " \r\n",
    "\0\r\n",
    "",
    "\u0085",
    "\n\n"
  };

  private static final String[] FRAMING_LINES = {
    "Content-Length: 5",
    "Content-Length: 0",
    "Content-Length: +5",
    "Content-Length: -5",
    "Content-Length: 05",
    "Content-Length: 0x5",
    "Content-Length: 5, 5",
    "Content-Length: 5,",
    "Content-Length:",
    "Content-Length: 5 5",
    "Content-Length: 1_0",
    "Content-Length : 5",
    "Content-Length: 999999999999999999",
    "Content-Length: 1000000000000000000",
    "Content-Length: 18446744073709551621",
    "Content_Length: 5",
    "content-length\t: 5",
    "\u0000Content-Length: 5",
    "Content-Length\u0000: 5",
    "Content-Length: 5\u000b",
    "Content-Length: \u00b2",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: Chunked",
    "Transfer-Encoding:\tchunked",
    "Transfer-Encoding:  chunked",
    "Transfer-Encoding: chunked ",
    "Transfer-Encoding: chunked\t",
    "Transfer-Encoding: chunked,",
    "Transfer-Encoding: ,chunked",
    "Transfer-Encoding: identity",
    "Transfer-Encoding:",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding:\r\n chunked",
    "Transfer-Encoding: \u000bchunked",
    "Transfer-Encoding: \fchunked",
    "Transfer_Encoding: chunked",
    "Transfer-Encoding: chunked\u0000",
    "Transfer-Encoding : chunked",
    " Transfer-Encoding: chunked",
    "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding: chunked;q=1",
    "TransferEncoding: chunked",
    "Host: b",
    "Host: a, b",
    "Host: user@a",
    "Host: a/b",
    "Host: a:b",
    "Host: [::1",
    "Host: [1]",
    "Host: [:::]",
    "Host: a%",
    "Host: a%zz",
    "Host: a:99999",
    "Host: a:123456",
    "Host: :80",
    "Host: [1:2:3:4:5:6:7:8:9]",
    "Host: [1:2:3:4:5:6:7:8]",
    "Host: [1::2:3:4:5:6:7]",
    "Host: [1::2::3]",
    "Host: [1:2:3:4:5:6:7::]",
    "Host: [::2:3:4:5:6:7:8]",
    "Host: [1:2:3:4:5:6:1.2.3.4]",
    "Host: [1:2:3:4:5:6:7:1.2.3.4]",
    "Host: [::12345]",
    "Host: [1:]",
    "Host: [:1]",
    "Host: [::]",
    "Host: [::1.2.3.256]",
    "Host: [::1%25en0]",
    "Host: [v1.x]",
    "Connection: a b",
    "Connection: \"close\"",
    "Connection: close, close",
    "Connection: Upgrade",
    ": x",
    "X",
    "X y: z",
    "X\u00e4: y",
    "X: \u007f",
    "l5d_dtab: /x=>/y",
    "X-Forwarded_For: 1"
  };

  private static final String[] SIZES = {
    "0x5",
    "+5",
    "-5",
    " 5",
    "5 ",
    "5\t",
    "5_",
    "",
    "g",
    "00",
    "000000000000005",
    "0000000000000005",
    "ffffffffffffffff",
    "fffffffffffffff",
    "7fffffff",
    "80000000",
    "100000000",
    "5;",
    "5; a",
    "5 ;a",
    "5;a=",
    "5;=b",
    "5;a=\"",
    "5;a=\"\\",
    "5;a b",
    "5;a=b c",
    "5;a;",
    "5;;a",
    "5,5",
    "5.0",
    "\u00b2",
    "5;a=\"\n\"",
    "5;a=\"\\\u0001\"",
    "5;a=\"\\\r\"",
    "5;a=\"\u0000\"",
    "5;a\u0000"
  };

  private static final String[] VERSIONS = {
    "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.1 ", " HTTP/1.1", "HTTP/1",
    "HTTP/1.10", "HTTP/01.1", "HTTP/1.1\t", "HTTP/1,1", "HTTP /1.1", "HTTP/+1.1", "XTTP/1.1", ""
  };

  private static final Pattern LINE_END = Pattern.compile("\r\n");
  private static final Pattern SIZE = Pattern.compile("(?<=\r\n)[0-9A-Fa-f]{1,15}(?=[;\r])");
  private static final Pattern VERSION = Pattern.compile("HTTP/1\\.[01]");
  private static final Pattern COLON = Pattern.compile(":");

  private final RandomGenerator random;
  private final Bounds bounds;

  Mutator(RandomGenerator random, Bounds bounds) {
    this.random = random;
    this.bounds = bounds;
  }

  /** Some mutations, one after another. */
  String mutate(String bytes, String other) {
    String mutated = bytes;
    for (int i = 1 + Math.max(0, random.nextInt(5) - 2); i > 0; i--) {
      mutated = once(mutated, other);
    }
    return mutated;
  }

  private String once(String bytes, String other) {
    int at = random.nextInt(bytes.length() + 1);
    return switch (random.nextInt(17)) {
      case 0 -> bytes.substring(0, at);
      case 1 -> splice(bytes, at, at, odd());
      case 2 -> splice(bytes, at, at + 1, odd());
      case 3 -> splice(bytes, at, at + 1, "");
      case 4 -> splice(bytes, at, at + 1 + random.nextInt(6), "");
      case 5 -> replaceOne(bytes, LINE_END, pick(LINE_ENDS));
      case 6, 7 -> replaceOne(bytes, LINE_END, "\r\n" + pick(FRAMING_LINES) + "\r\n");
      case 8, 9 -> replaceOne(bytes, SIZE, pick(SIZES));
      case 10 -> replaceOne(bytes, VERSION, pick(VERSIONS));
      case 11 -> replaceOne(bytes, COLON, pick(" :", "\t:", "::", "", ":\0", ": ", ":\t"));
      case 12 -> splice(bytes, at, at, pick("a", "Z", ";a", " ", "0", "\u00e4").repeat(length()));
      case 13 -> copyLines(bytes);
      case 14 -> replaceOne(bytes, SIZE, "5" + longExtensions());
      case 15 -> bytes.substring(0, at) + other.substring(random.nextInt(other.length() + 1));
      default -> replaceOne(bytes, LINE_END, "\r\n" + manyFields());
    };
  }

  /** Mostly one that just reaches some limit, or does not. */
  private int length() {
    int[] near = {
      bounds.line(),
      bounds.headers(),
      bounds.headers() / 2,
      4096,
      1024,
      2048,
      16,
      8,
      bounds.fields()
    };
    return Math.max(0, near[random.nextInt(near.length)] - random.nextInt(40) + 10);
  }

  /** Some 4,096 bytes of them, more or less. */
  private String longExtensions() {
    String first = pick("", ";a", ";a=b", ";a=\"b\"");
    return first + ";" + "a".repeat(4090 - first.length() + random.nextInt(10));
  }

  private String manyFields() {
    return "a:\r\n".repeat(Math.max(0, bounds.fields() + 1 - random.nextInt(5)));
  }

  private String copyLines(String bytes) {
    List<MatchResult> ends = LINE_END.matcher(bytes).results().toList();
    if (ends.size() < 2) {
      return bytes;
    }
    int first = random.nextInt(ends.size() - 1);
    int from = ends.get(first).end();
    int to = ends.get(first + 1).end();
    int target = ends.get(random.nextInt(ends.size())).end();
    return splice(bytes, target, target, bytes.substring(from, to));
  }

  private String replaceOne(String bytes, Pattern pattern, String with) {
    var places = new ArrayList<>(pattern.matcher(bytes).results().toList());
    if (places.isEmpty()) {
      return bytes;
    }
    var place = places.get(random.nextInt(places.size()));
    return splice(bytes, place.start(), place.end(), with);
  }

  private static String splice(String bytes, int from, int to, String with) {
    return bytes.substring(0, Math.min(from, bytes.length()))
        + with
        + bytes.substring(Math.min(to, bytes.length()));
  }

  private String odd() {
    int at = random.nextInt(ODD_BYTES.length() + 6);
    return at < ODD_BYTES.length()
        ? ODD_BYTES.substring(at, at + 1)
        : String.valueOf((char) random.nextInt(256));
  }

  private String pick(String... from) {
    return from[random.nextInt(from.length)];
  }
}

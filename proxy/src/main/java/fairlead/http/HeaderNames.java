package fairlead.http;

import java.nio.charset.StandardCharsets;

/**
 * Small ints for the header names that a proxy looks at, found from the bytes without a string.
 * Names are matched without regard to case (RFC 9110 §5.1). Any thread.
 */
public final class HeaderNames {
  /** A name that is not in the list. */
  public static final int OTHER = 0;

  public static final int HOST = 1;
  public static final int CONNECTION = 2;
  public static final int CONTENT_LENGTH = 3;
  public static final int TRANSFER_ENCODING = 4;
  public static final int EXPECT = 5;
  public static final int UPGRADE = 6;
  public static final int TE = 7;
  public static final int TRAILER = 8;
  public static final int KEEP_ALIVE = 9;
  public static final int PROXY_CONNECTION = 10;
  public static final int PROXY_AUTHENTICATE = 11;
  public static final int PROXY_AUTHORIZATION = 12;
  public static final int VIA = 13;
  public static final int FORWARDED = 14;
  public static final int CONTENT_TYPE = 15;
  public static final int CONTENT_ENCODING = 16;
  public static final int ACCEPT_ENCODING = 17;
  public static final int DATE = 18;
  public static final int SERVER = 19;
  public static final int LOCATION = 20;
  public static final int REFRESH = 21;
  public static final int RETRY_AFTER = 22;
  public static final int MAX_FORWARDS = 23;
  public static final int AUTHORIZATION = 24;
  public static final int COOKIE = 25;
  public static final int SET_COOKIE = 26;
  public static final int USER_AGENT = 27;
  public static final int REFERER = 28;
  public static final int X_FORWARDED_FOR = 29;
  public static final int X_FORWARDED_PROTO = 30;
  public static final int X_FORWARDED_HOST = 31;
  public static final int X_FORWARDED_PORT = 32;
  public static final int X_FORWARDED_CLIENT_CERT = 33;
  public static final int X_REAL_IP = 34;
  public static final int L5D_DTAB = 35;
  public static final int L5D_CTX_DTAB = 36;
  public static final int L5D_CTX_DEADLINE = 37;
  public static final int L5D_CTX_TRACE = 38;
  public static final int L5D_SAMPLE = 39;
  public static final int L5D_REQID = 40;
  public static final int L5D_DST_SERVICE = 41;
  public static final int L5D_DST_CLIENT = 42;
  public static final int L5D_DST_RESIDUAL = 43;
  public static final int L5D_ERR = 44;
  public static final int L5D_RETRYABLE = 45;
  public static final int L5D_SUCCESS_CLASS = 46;
  public static final int L5D_ADD_CONTEXT = 47;
  public static final int L5D_NAME = 48;
  public static final int DTAB_LOCAL = 49;
  public static final int FINAGLE_HTTP_RETRYABLE_REQUEST = 50;
  public static final int FINAGLE_HTTP_NACK = 51;
  public static final int FINAGLE_HTTP_NONRETRYABLE_NACK = 52;
  public static final int X_B3_TRACEID = 53;
  public static final int X_B3_SPANID = 54;
  public static final int X_B3_PARENTSPANID = 55;
  public static final int X_B3_SAMPLED = 56;
  public static final int X_B3_FLAGS = 57;
  public static final int GRPC_TIMEOUT = 58;

  /** Whoever sent the request sends it again when it fails. */
  public static final int L5D_CALLER_RETRIES = 59;

  /** What is done with the request shall be told in its answer, and that. */
  public static final int L5D_EXPLAIN = 60;

  public static final int TRACEPARENT = 61;
  public static final int B3 = 62;

  /** In the order of the ids; written like this in messages of our own. */
  private static final String[] NAMES = {
    "",
    "Host",
    "Connection",
    "Content-Length",
    "Transfer-Encoding",
    "Expect",
    "Upgrade",
    "TE",
    "Trailer",
    "Keep-Alive",
    "Proxy-Connection",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Via",
    "Forwarded",
    "Content-Type",
    "Content-Encoding",
    "Accept-Encoding",
    "Date",
    "Server",
    "Location",
    "Refresh",
    "Retry-After",
    "Max-Forwards",
    "Authorization",
    "Cookie",
    "Set-Cookie",
    "User-Agent",
    "Referer",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "x-forwarded-client-cert",
    "X-Real-IP",
    "l5d-dtab",
    "l5d-ctx-dtab",
    "l5d-ctx-deadline",
    "l5d-ctx-trace",
    "l5d-sample",
    "l5d-reqid",
    "l5d-dst-service",
    "l5d-dst-client",
    "l5d-dst-residual",
    "l5d-err",
    "l5d-retryable",
    "l5d-success-class",
    "l5d-add-context",
    "l5d-name",
    "dtab-local",
    "finagle-http-retryable-request",
    "finagle-http-nack",
    "finagle-http-nonretryable-nack",
    "x-b3-traceid",
    "x-b3-spanid",
    "x-b3-parentspanid",
    "x-b3-sampled",
    "x-b3-flags",
    "grpc-timeout",
    "l5d-caller-retries",
    "l5d-explain",
    "traceparent",
    "b3",
  };

  private static final byte[][] BYTES = new byte[NAMES.length][];
  private static final byte[][] LOWER = new byte[NAMES.length][];

  /** Slot to id: one slot a name, so that one comparison decides. */
  private static final byte[] SLOTS = new byte[1024];

  private static final int SEED;

  static {
    for (int id = 0; id < NAMES.length; id++) {
      BYTES[id] = NAMES[id].getBytes(StandardCharsets.US_ASCII);
      LOWER[id] = Ascii.lower(BYTES[id]);
    }
    SEED = findSeed();
  }

  private HeaderNames() {}

  /** One more than the highest id. */
  public static int count() {
    return NAMES.length;
  }

  /** The id of the name in these bytes, which are a token, or {@link #OTHER}. */
  public static int idOf(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return OTHER;
    }
    int id = SLOTS[slot(bytes, offset, length, SEED)];
    return id != OTHER && Bytes.foldsTo(bytes, offset, length, LOWER[id]) ? id : OTHER;
  }

  /** The id of this name, or {@link #OTHER}. */
  public static int idOf(String name) {
    int length = name.length();
    if (length == 0) {
      return OTHER;
    }
    int slot =
        slot(
            length,
            name.charAt(0),
            name.charAt(length / 2),
            name.charAt(length - 1),
            name.charAt(length * 3 / 4),
            SEED);
    int id = SLOTS[slot];
    return id != OTHER && Ascii.equals(LOWER[id], 0, LOWER[id].length, name) ? id : OTHER;
  }

  /** The name as we write it. Throws for {@link #OTHER} and for what is no id. */
  public static String nameOf(int id) {
    return NAMES[checked(id)];
  }

  static byte[] bytesOf(int id) {
    return BYTES[checked(id)];
  }

  private static int checked(int id) {
    if (id <= OTHER || id >= NAMES.length) {
      throw new IllegalArgumentException(
          "header id: " + id + " (expected: a constant of HeaderNames)");
    }
    return id;
  }

  /** Tries seeds until no two names share a slot; the list is fixed, so the result is too. */
  private static int findSeed() {
    for (int seed = 1; ; seed += 2) {
      java.util.Arrays.fill(SLOTS, (byte) OTHER);
      if (fill(seed)) {
        return seed;
      }
    }
  }

  private static boolean fill(int seed) {
    for (int id = 1; id < LOWER.length; id++) {
      int slot = slot(LOWER[id], 0, LOWER[id].length, seed);
      if (SLOTS[slot] != OTHER) {
        return false;
      }
      SLOTS[slot] = (byte) id;
    }
    return true;
  }

  private static int slot(byte[] bytes, int offset, int length, int seed) {
    return slot(
        length,
        bytes[offset],
        bytes[offset + length / 2],
        bytes[offset + length - 1],
        bytes[offset + length * 3 / 4],
        seed);
  }

  private static int slot(int length, int first, int middle, int last, int late, int seed) {
    int hash = length;
    hash = hash * 31 + Ascii.fold(first);
    hash = hash * 31 + Ascii.fold(middle);
    hash = hash * 31 + Ascii.fold(last);
    hash = hash * 31 + Ascii.fold(late);
    return (hash * seed * 0x9E3779B1) >>> 22;
  }
}

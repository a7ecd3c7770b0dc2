package fairlead.http2;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The 61 fields that every peer knows (RFC 7541 appendix A), by index from 1. Any thread. */
final class StaticTable {
  /** The last index. */
  static final int COUNT = 61;

  private static final String TEXT =
      """
      :authority:\s
      :method: GET
      :method: POST
      :path: /
      :path: /index.html
      :scheme: http
      :scheme: https
      :status: 200
      :status: 204
      :status: 206
      :status: 304
      :status: 400
      :status: 404
      :status: 500
      accept-charset:\s
      accept-encoding: gzip, deflate
      accept-language:\s
      accept-ranges:\s
      accept:\s
      access-control-allow-origin:\s
      age:\s
      allow:\s
      authorization:\s
      cache-control:\s
      content-disposition:\s
      content-encoding:\s
      content-language:\s
      content-length:\s
      content-location:\s
      content-range:\s
      content-type:\s
      cookie:\s
      date:\s
      etag:\s
      expect:\s
      expires:\s
      from:\s
      host:\s
      if-match:\s
      if-modified-since:\s
      if-none-match:\s
      if-range:\s
      if-unmodified-since:\s
      last-modified:\s
      link:\s
      location:\s
      max-forwards:\s
      proxy-authenticate:\s
      proxy-authorization:\s
      range:\s
      referer:\s
      refresh:\s
      retry-after:\s
      server:\s
      set-cookie:\s
      strict-transport-security:\s
      transfer-encoding:\s
      user-agent:\s
      vary:\s
      via:\s
      www-authenticate:\s
      """;

  /** All lines; not to be changed. */
  static final byte[] LINES = TEXT.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);

  private static final int[] OFFSETS = new int[COUNT + 2];
  private static final int[] NAME_LENGTHS = new int[COUNT + 1];
  private static final int[] IDS = new int[COUNT + 1];

  static {
    int at = 0;
    for (int i = 1; i <= COUNT; i++) {
      int colon = at + 1;
      while (LINES[colon] != ':') {
        colon++;
      }
      OFFSETS[i] = at;
      NAME_LENGTHS[i] = colon - at;
      IDS[i] = PseudoHeaders.idOf(LINES, at, colon - at);
      while (LINES[at++] != '\n') {}
    }
    OFFSETS[COUNT + 1] = at;
  }

  private StaticTable() {}

  /** Where in {@link #LINES} the line begins. */
  static int offset(int index) {
    return OFFSETS[index];
  }

  static int nameLength(int index) {
    return NAME_LENGTHS[index];
  }

  static int valueLength(int index) {
    return OFFSETS[index + 1] - OFFSETS[index] - NAME_LENGTHS[index] - DynamicTable.LINE_EXTRA;
  }

  /** The id of the name, see {@link PseudoHeaders}. */
  static int id(int index) {
    return IDS[index];
  }

  /** The first index with this name, or 0. For tables that are made once: looks at each. */
  static int indexOf(byte[] name) {
    for (int i = 1; i <= COUNT; i++) {
      int from = OFFSETS[i];
      if (Arrays.equals(LINES, from, from + NAME_LENGTHS[i], name, 0, name.length)) {
        return i;
      }
    }
    return 0;
  }
}

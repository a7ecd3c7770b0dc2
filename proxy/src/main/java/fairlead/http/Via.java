package fairlead.http;

/** The {@code Via} header: whom a message came through ({@code spec/http.md} §4.7). */
public final class Via {
  private static final FixedField V10 = FixedField.of(HeaderNames.VIA, "1.0 linkerd");
  private static final FixedField V11 = FixedField.of(HeaderNames.VIA, "1.1 linkerd");
  private static final FixedField V2 = FixedField.of(HeaderNames.VIA, "h2 linkerd");

  private Via() {}

  /** Appends ourselves; several lines become one, none is lost. */
  public static void append(Head head) {
    int first = head.find(HeaderNames.VIA);
    if (first < 0) {
      head.add(head.isHttp2() ? V2 : head.minorVersion() == 0 ? V10 : V11);
      return;
    }
    var joined = new StringBuilder();
    for (int i = first; i >= 0; i = head.find(HeaderNames.VIA, i + 1)) {
      if (head.valueLength(i) > 0) {
        joined.append(head.value(i)).append(", ");
      }
    }
    head.set(HeaderNames.VIA, joined.append(version(head)).append(" linkerd").toString());
  }

  private static String version(Head head) {
    if (head.isHttp2()) {
      return "h2";
    }
    return head.minorVersion() == 0 ? "1.0" : "1.1";
  }

  /** The hops that all lines together tell of; empty list parts do not count. */
  public static int hops(Head head) {
    int hops = 0;
    for (int i = head.find(HeaderNames.VIA); i >= 0; i = head.find(HeaderNames.VIA, i + 1)) {
      hops += parts(head.array(), head.valueOffset(i), head.valueLength(i));
    }
    return hops;
  }

  private static int parts(byte[] bytes, int offset, int length) {
    int parts = 0;
    boolean inPart = false;
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] == ',') {
        inPart = false;
      } else if (!inPart && bytes[i] != ' ' && bytes[i] != '\t') {
        inPart = true;
        parts++;
      }
    }
    return parts;
  }
}

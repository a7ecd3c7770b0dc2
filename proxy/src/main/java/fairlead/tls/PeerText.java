package fairlead.tls;

/** What a peer says of itself, made fit for messages and logs: one short line of visible ASCII. */
final class PeerText {
  private static final int MOST_CHARACTERS = 200;

  private PeerText() {}

  static String safe(String text) {
    String cut = text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) + "…" : text;
    var safe = new StringBuilder(cut.length());
    cut.chars().forEach(c -> safe.append(c == '…' || (c >= ' ' && c < 0x7f) ? (char) c : '?'));
    return safe.toString();
  }
}

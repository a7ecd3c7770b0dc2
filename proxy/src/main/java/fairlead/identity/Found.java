package fairlead.identity;

/**
 * What a source answered. Immutable.
 *
 * @param text an address or a name
 * @param reason why it is this host's, for the log
 */
record Found(String text, String reason) {
  private static final int SHOWN_CHARS = 40;

  /** Something unexpected for a message: one line, cut. */
  static String excerpt(String text) {
    String line = text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
    return "'" + (line.length() > SHOWN_CHARS ? line.substring(0, SHOWN_CHARS) + "…" : line) + "'";
  }
}

package fairlead.routing.identify;

/** The path of a request target, query and all else aside; nothing is decoded. */
final class UriPath {
  private UriPath() {}

  /** What stands before the question mark. */
  static String of(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The question mark and what follows, or nothing. */
  static String queryOf(String target) {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query);
  }
}

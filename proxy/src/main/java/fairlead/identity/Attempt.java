package fairlead.identity;

/**
 * One source that was asked and did not help. Immutable.
 *
 * @param source what was asked
 * @param got what came of it
 * @param mend what would make it work
 */
record Attempt(String source, String got, String mend) {
  /** One line for the operator. */
  String show() {
    return source + ": " + got + "; " + mend;
  }
}

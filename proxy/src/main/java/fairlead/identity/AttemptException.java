package fairlead.identity;

/** A source that did not help. Carries no stack trace. */
final class AttemptException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Attempt attempt;

  AttemptException(String source, String got, String mend) {
    super(got, null, false, false);
    this.attempt = new Attempt(source, got, mend);
  }

  Attempt attempt() {
    return attempt;
  }
}

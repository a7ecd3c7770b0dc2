package fairlead.exchange;

/** What became of an attempt, by the service's {@link ResponseClassifier}. */
public enum ResponseClass {
  SUCCESS("1.0"),
  /** Nothing that sending it again would mend. */
  FAILURE("0.0"),
  /** The same request may be sent again. */
  RETRYABLE("0.0");

  private final String fraction;

  ResponseClass(String fraction) {
    this.fraction = fraction;
  }

  /** As {@code l5d-success-class} says it ({@code spec/http.md} §4.6). */
  public String fraction() {
    return fraction;
  }
}

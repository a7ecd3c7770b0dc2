package fairlead.exchange;

/**
 * What one exchange may cost, in bytes. Immutable.
 *
 * @param errorBody of the body of an answer that we make of a failure: {@code maxErrResponseKB}
 * @param errorHeader of its {@code l5d-err}: {@code maxHeadersKB}
 * @param keptBody longest request body that is kept so that it can be sent again: {@code
 *     streamAfterContentLengthKB}
 * @param body longest request body that is taken
 */
public record Limits(int errorBody, int errorHeader, int keptBody, long body) {
  /** Request bodies of any length. */
  public Limits(int errorBody, int errorHeader, int keptBody) {
    this(errorBody, errorHeader, keptBody, Long.MAX_VALUE);
  }
}

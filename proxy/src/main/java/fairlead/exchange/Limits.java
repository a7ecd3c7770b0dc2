package fairlead.exchange;

/**
 * What one exchange may cost, in bytes. Immutable.
 *
 * @param errorBody of the body of an answer that we make of a failure: {@code maxErrResponseKB}
 * @param errorHeader of its {@code l5d-err}: {@code maxHeadersKB}
 * @param keptBody longest request body that is kept so that it can be sent again: {@code
 *     streamAfterContentLengthKB}
 */
public record Limits(int errorBody, int errorHeader, int keptBody) {}

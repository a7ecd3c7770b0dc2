package fairlead.routing.identify;

import fairlead.http.Head;

/**
 * Tells from a request's head which logical name it asks for. Immutable; called on the request's
 * event loop, on many loops at once.
 */
public interface Identifier {
  /** May rewrite the target of {@code request}, which is then what is forwarded. */
  Identification identify(Head request);

  /**
   * The field whose value alone decides what {@link #identify} answers, as an index into the head,
   * or -1 when there is none. Routes can be cached by the bytes of that value.
   */
  default int keyField(Head request) {
    return -1;
  }
}

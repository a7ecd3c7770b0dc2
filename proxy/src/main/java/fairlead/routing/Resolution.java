package fairlead.routing;

/** What a logical name is bound to, once that is known. Immutable. */
sealed interface Resolution {
  /** Requests go where this draws. */
  record Bound(Selector selector) implements Resolution {}

  /** It never could be bound, and why. */
  record Failed(String reason) implements Resolution {}
}

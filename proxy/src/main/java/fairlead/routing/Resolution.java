package fairlead.routing;

import fairlead.naming.NameTree;

/** What a logical name is bound to, once that is known. Immutable. */
sealed interface Resolution {
  /** Requests go where the selector draws; it was made of the tree. */
  record Bound(Selector selector, NameTree<BoundName> tree) implements Resolution {}

  /** It never could be bound, and why. */
  record Failed(String reason) implements Resolution {}
}

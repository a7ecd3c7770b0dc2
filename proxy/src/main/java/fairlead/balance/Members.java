package fairlead.balance;

import fairlead.naming.Endpoint;
import java.util.List;
import java.util.Map;

/**
 * What a client knows of its endpoints, once it knows ({@code spec/routing.md} §4.5). Immutable.
 */
public sealed interface Members {
  /** The endpoints sorted by address, perhaps none, and what is said of the set as a whole. */
  record Known(List<Endpoint> endpoints, Map<String, String> metadata) implements Members {}

  /** There never was a set, and why. */
  record Unavailable(String reason) implements Members {}
}

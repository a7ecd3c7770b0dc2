package fairlead.balance;

import fairlead.naming.Endpoint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client knows of its endpoints, once it knows ({@code spec/routing.md} §4.5). Immutable.
 */
public sealed interface Members {
  /**
   * The endpoints sorted by address, perhaps none, and what is said of the set as a whole.
   *
   * @param ring of these endpoints without reserves, for balancers that want one
   */
  record Known(List<Member> members, Map<String, String> metadata, @Nullable Ring ring)
      implements Members {
    public Known {
      members = List.copyOf(members);
    }

    /** What discovery says of each. */
    public List<Endpoint> endpoints() {
      return members.stream().map(Member::endpoint).toList();
    }
  }

  /** What discovery says of an endpoint, and what is known of it here. */
  record Member(Endpoint endpoint, EndpointState state) {}

  /** There never was a set, and why. */
  record Unavailable(String reason) implements Members {}
}

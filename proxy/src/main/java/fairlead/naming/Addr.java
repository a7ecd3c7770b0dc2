package fairlead.naming;

import java.util.Map;
import java.util.Set;

/** An address set, once it is known ({@code spec/routing.md} §4.1). Immutable. */
public sealed interface Addr {
  /**
   * The set does not exist.
   *
   * @param doubt why that is a guess: its source could not be asked, and why not; empty when the
   *     source said so
   */
  record Neg(String doubt) implements Addr {
    public Neg() {
      this("");
    }
  }

  /** The endpoints, perhaps none, and what is said of the set as a whole ({@code authority} …). */
  record Live(Set<Endpoint> endpoints, Map<String, String> metadata) implements Addr {
    /** Set metadata: the Host that requests to these endpoints carry ({@code spec/http.md} §9). */
    public static final String AUTHORITY = "authority";

    public Live {
      endpoints = Set.copyOf(endpoints);
      metadata = Map.copyOf(metadata);
    }

    public Live(Set<Endpoint> endpoints) {
      this(endpoints, Map.of());
    }
  }
}

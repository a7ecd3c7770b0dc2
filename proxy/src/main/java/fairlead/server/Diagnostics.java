package fairlead.server;

import java.time.Duration;
import java.util.List;

/**
 * What a listener tells of the requests that come by it. Immutable.
 *
 * @param from peers that are told what is done with their requests; none when empty
 * @param slowRequest a request whose answer's head takes so long goes into the flight recorder
 */
public record Diagnostics(List<AddressRange> from, Duration slowRequest) {
  public static final Diagnostics DEFAULT = new Diagnostics(List.of(), Duration.ofSeconds(1));

  public Diagnostics {
    from = List.copyOf(from);
  }
}

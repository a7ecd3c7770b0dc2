package fairlead.config;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What readers of blocks need besides the block.
 *
 * @param host this host's address, for {@code host: auto}
 * @param claims of labels and sockets
 * @param stateDir where last good values are kept; null for nowhere
 */
public record Surroundings(Host host, Claims claims, java.nio.file.@Nullable Path stateDir) {
  /** Finds this host's address. Blocks. */
  @FunctionalInterface
  public interface Host {
    InetAddress address() throws LookupException;
  }
}

package fairlead.server;

import fairlead.wire.Patience;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a listener protects itself with. Immutable.
 *
 * @param patience how long callers may let us wait
 * @param requestTimeout a request without an answer's head for so long is given up; null for never
 * @param maxConnections more callers at a time are turned away; null for any number
 * @param proxyProtocolFrom peers that must begin with a PROXY protocol header; none when empty
 * @param allowAddressesInDtab whether the dtab of a request may name addresses
 * @param diagnostics what it tells of requests
 */
public record GuardConfig(
    Patience patience,
    @Nullable Duration requestTimeout,
    @Nullable Integer maxConnections,
    List<AddressRange> proxyProtocolFrom,
    boolean allowAddressesInDtab,
    Diagnostics diagnostics) {
  public static final GuardConfig DEFAULT =
      new GuardConfig(Patience.DEFAULT, null, null, List.of(), false);

  public GuardConfig {
    proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
  }

  /** Nobody is told anything of requests. */
  public GuardConfig(
      Patience patience,
      @Nullable Duration requestTimeout,
      @Nullable Integer maxConnections,
      List<AddressRange> proxyProtocolFrom,
      boolean allowAddressesInDtab) {
    this(
        patience,
        requestTimeout,
        maxConnections,
        proxyProtocolFrom,
        allowAddressesInDtab,
        Diagnostics.DEFAULT);
  }

  /** Whether {@code peer} is told what is done with its requests. */
  public boolean mayAsk(SocketAddress peer) {
    return isOf(diagnostics.from(), peer);
  }

  /** Whether {@code peer} is believed what it says of who it speaks for. */
  boolean isTrusted(@Nullable SocketAddress peer) {
    return isOf(proxyProtocolFrom, peer);
  }

  private static boolean isOf(List<AddressRange> ranges, @Nullable SocketAddress peer) {
    return !ranges.isEmpty()
        && peer instanceof InetSocketAddress socket
        && ranges.stream().anyMatch(range -> range.contains(socket.getAddress()));
  }
}

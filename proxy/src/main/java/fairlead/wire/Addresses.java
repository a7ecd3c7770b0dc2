package fairlead.wire;

import java.net.SocketAddress;

/** Who connected to whom, where the connection itself does not tell. */
public record Addresses(SocketAddress peer, SocketAddress local) {}

package fairlead.identity;

import java.net.InetAddress;

/**
 * An address or name of this host and why it was taken. Immutable.
 *
 * @param reason in words: {@code EC2 metadata (IMDSv2) at http://…}
 */
public record HostAddress(InetAddress address, String reason) {}

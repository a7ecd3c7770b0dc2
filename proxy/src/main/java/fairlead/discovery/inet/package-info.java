/**
 * Endpoints by host and port: literal addresses and DNS.
 *
 * <p>Start at {@link fairlead.discovery.inet.InetHosts}. Implements {@code spec/routing.md} §5.
 */
@NullMarked
package fairlead.discovery.inet;

import org.jspecify.annotations.NullMarked;

/**
 * Endpoints out of Consul: blocking queries against the local agent, and what was last good when
 * they fail.
 *
 * <p>Start at {@link fairlead.discovery.consul.ConsulNamer}. Implements {@code spec/discovery.md}
 * §3 and §4 by the facts of {@code spec/consul-wire.md}.
 */
@NullMarked
package fairlead.discovery.consul;

import org.jspecify.annotations.NullMarked;

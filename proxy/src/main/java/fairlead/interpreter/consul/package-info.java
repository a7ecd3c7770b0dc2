/**
 * Dtabs kept in Consul's KV store, watched.
 *
 * <p>Start at {@link fairlead.interpreter.consul.ConsulInterpreter}. Implements {@code
 * spec/routing.md} §9.3.
 */
@NullMarked
package fairlead.interpreter.consul;

import org.jspecify.annotations.NullMarked;

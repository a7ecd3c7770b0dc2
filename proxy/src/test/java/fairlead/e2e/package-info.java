/**
 * The whole path with real parts: real programs, a real Consul, nginx in the edge's place, network
 * namespaces for hosts, podman for containers. What cannot run on a machine is skipped with a line
 * that says why.
 *
 * <p>Start at {@code OneHostTest}. A test here waits for other programs, so it has deadlines, but
 * never a fixed time to wait.
 */
@NullMarked
package fairlead.e2e;

import org.jspecify.annotations.NullMarked;

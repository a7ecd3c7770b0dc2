/**
 * A small HTTP/1.1 client for the control plane: GET, long-held queries, bounded connections.
 *
 * <p>Start at {@link fairlead.client.control.ControlClient}. The data path never uses it.
 */
@NullMarked
package fairlead.client.control;

import org.jspecify.annotations.NullMarked;

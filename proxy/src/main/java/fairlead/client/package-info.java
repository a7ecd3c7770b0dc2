/** Connections to one endpoint: connect, pool, dispatch ({@code spec/client.md}). */
@NullMarked
package fairlead.client;

import org.jspecify.annotations.NullMarked;

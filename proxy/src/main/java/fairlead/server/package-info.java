/** Listeners, connections of callers, drain. */
@NullMarked
package fairlead.server;

import org.jspecify.annotations.NullMarked;

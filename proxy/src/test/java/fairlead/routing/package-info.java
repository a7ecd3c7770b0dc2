/** Tests of routing on real sockets, and of its parts. */
@NullMarked
package fairlead.routing;

import org.jspecify.annotations.NullMarked;

/**
 * Which logical name a request asks for ({@code spec/routing.md} §8). Start at {@code Identifier}.
 */
@NullMarked
package fairlead.routing.identify;

import org.jspecify.annotations.NullMarked;

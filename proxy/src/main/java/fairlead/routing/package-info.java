/**
 * From a request to a backend: identify, bind, pick, dispatch.
 *
 * <p>Start at {@code Router}. Implements {@code spec/routing.md} §4–8.
 */
@NullMarked
package fairlead.routing;

import org.jspecify.annotations.NullMarked;

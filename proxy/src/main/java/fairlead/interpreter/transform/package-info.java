/**
 * Changes to bound names: which endpoints stay, on which port, or others in their place.
 *
 * <p>Start at {@link fairlead.interpreter.transform.Transformers}. Implements {@code
 * spec/routing.md} §10.
 */
@NullMarked
package fairlead.interpreter.transform;

import org.jspecify.annotations.NullMarked;

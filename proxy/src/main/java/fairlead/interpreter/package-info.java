/**
 * From a logical name to a tree of bound names: dtabs evaluated over namers.
 *
 * <p>Start at {@link fairlead.interpreter.Interpreter}. Implements {@code spec/routing.md} §4, §5,
 * §9, §10.
 */
@NullMarked
package fairlead.interpreter;

import org.jspecify.annotations.NullMarked;

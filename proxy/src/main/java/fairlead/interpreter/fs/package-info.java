/**
 * Rules from a watched file.
 *
 * <p>Start at {@link fairlead.interpreter.fs.FsInterpreter}. Implements {@code spec/routing.md}
 * §9.2.
 */
@NullMarked
package fairlead.interpreter.fs;

import org.jspecify.annotations.NullMarked;

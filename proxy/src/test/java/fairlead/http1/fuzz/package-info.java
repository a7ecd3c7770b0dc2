/**
 * The codec against a second parser, on generated messages. Start at {@link Fuzz}; {@link
 * SlowParser} is the oracle and shares nothing with the main code.
 */
@NullMarked
package fairlead.http1.fuzz;

import org.jspecify.annotations.NullMarked;

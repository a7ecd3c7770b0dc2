/**
 * The configuration file as a tree that remembers where each value stands, and the faults found in
 * it.
 *
 * <p>Start at {@code Setting}. Implements {@code spec/config.md} §1–2 and the variables of the
 * configuration.
 */
@NullMarked
package fairlead.config;

import org.jspecify.annotations.NullMarked;

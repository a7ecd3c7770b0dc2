/**
 * Where the endpoints behind a name come from. One package a source.
 *
 * <p>Start at {@link fairlead.discovery.Namer}. Implements {@code spec/discovery.md}.
 */
@NullMarked
package fairlead.discovery;

import org.jspecify.annotations.NullMarked;

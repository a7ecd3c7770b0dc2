/**
 * The namer that rewrites names by a pattern.
 *
 * <p>Start at {@link fairlead.discovery.rewrite.RewriteNamer}. Implements {@code spec/discovery.md}
 * §6.
 */
@NullMarked
package fairlead.discovery.rewrite;

import org.jspecify.annotations.NullMarked;

/**
 * The namers that need no configuration: {@code /$/…}.
 *
 * <p>Start at {@link fairlead.discovery.utility.UtilityNamer}. Implements {@code spec/routing.md}
 * §5.
 */
@NullMarked
package fairlead.discovery.utility;

import org.jspecify.annotations.NullMarked;

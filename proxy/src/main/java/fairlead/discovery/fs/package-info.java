/**
 * Endpoints from files, and watched files in general.
 *
 * <p>Start at {@link fairlead.discovery.fs.FsNamer}. Implements {@code spec/discovery.md} §2.
 */
@NullMarked
package fairlead.discovery.fs;

import org.jspecify.annotations.NullMarked;

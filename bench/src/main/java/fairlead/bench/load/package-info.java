/**
 * Load for {@code bench/compare}: requests at a fixed rate whatever the answers take, callers that
 * stay idle, services whose endpoints change. Start at {@link fairlead.bench.load.OpenLoop}. Linux
 * only.
 */
@NullMarked
package fairlead.bench.load;

import org.jspecify.annotations.NullMarked;

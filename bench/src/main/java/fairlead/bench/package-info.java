/**
 * Benchmarks that guard what a request costs: the head codec, the look-up of a route, the picker,
 * the binding of a name, and what a whole exchange allocates. Run them with {@code bench/jmh} and
 * {@code bench/allocation}.
 */
@NullMarked
package fairlead.bench;

import org.jspecify.annotations.NullMarked;

/**
 * Benchmarks that guard what a request costs: the head codec, the picker, and the binding of a
 * name. Run them with {@code bench/jmh}.
 */
@NullMarked
package fairlead.bench;

import org.jspecify.annotations.NullMarked;

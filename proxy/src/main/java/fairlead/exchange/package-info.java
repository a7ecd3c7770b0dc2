/** One request and its answer, between two streams, of no protocol. */
@NullMarked
package fairlead.exchange;

import org.jspecify.annotations.NullMarked;

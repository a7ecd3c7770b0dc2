@NullMarked
package fairlead.bench.load;

import org.jspecify.annotations.NullMarked;

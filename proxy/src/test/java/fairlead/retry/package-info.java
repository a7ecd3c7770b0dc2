@NullMarked
package fairlead.retry;

import org.jspecify.annotations.NullMarked;

@NullMarked
package fairlead;

import org.jspecify.annotations.NullMarked;

@NullMarked
package fairlead.identity;

import org.jspecify.annotations.NullMarked;

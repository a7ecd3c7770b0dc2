@NullMarked
package fairlead.routing.classify;

import org.jspecify.annotations.NullMarked;

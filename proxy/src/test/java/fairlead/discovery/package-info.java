@NullMarked
package fairlead.discovery;

import org.jspecify.annotations.NullMarked;

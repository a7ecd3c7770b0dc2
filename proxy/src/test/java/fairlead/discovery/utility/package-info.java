@NullMarked
package fairlead.discovery.utility;

import org.jspecify.annotations.NullMarked;

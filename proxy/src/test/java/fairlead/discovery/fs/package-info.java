@NullMarked
package fairlead.discovery.fs;

import org.jspecify.annotations.NullMarked;

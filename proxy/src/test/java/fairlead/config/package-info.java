@NullMarked
package fairlead.config;

import org.jspecify.annotations.NullMarked;

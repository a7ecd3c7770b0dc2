@NullMarked
package fairlead.json;

import org.jspecify.annotations.NullMarked;

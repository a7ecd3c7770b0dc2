@NullMarked
package fairlead.launcher;

import org.jspecify.annotations.NullMarked;

@NullMarked
package fairlead.recorder;

import org.jspecify.annotations.NullMarked;

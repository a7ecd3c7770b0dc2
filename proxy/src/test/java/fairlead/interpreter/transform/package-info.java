@NullMarked
package fairlead.interpreter.transform;

import org.jspecify.annotations.NullMarked;

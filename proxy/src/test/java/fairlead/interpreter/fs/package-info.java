@NullMarked
package fairlead.interpreter.fs;

import org.jspecify.annotations.NullMarked;

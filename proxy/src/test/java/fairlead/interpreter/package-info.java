@NullMarked
package fairlead.interpreter;

import org.jspecify.annotations.NullMarked;

@NullMarked
package fairlead.naming;

import org.jspecify.annotations.NullMarked;

@NullMarked
package fairlead.admin;

import org.jspecify.annotations.NullMarked;

/** Tests of the identifiers, a row of the specification each. */
@NullMarked
package fairlead.routing.identify;

import org.jspecify.annotations.NullMarked;

/** Tests of picking. */
@NullMarked
package fairlead.balance;

import org.jspecify.annotations.NullMarked;

/** Tests of taking endpoints out and back. */
@NullMarked
package fairlead.balance.accrual;

import org.jspecify.annotations.NullMarked;

/** Tests of {@link fairlead.balance.concurrency}. */
@NullMarked
package fairlead.balance.concurrency;

import org.jspecify.annotations.NullMarked;

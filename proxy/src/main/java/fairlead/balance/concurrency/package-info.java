/**
 * How many requests an endpoint bears at a time, learnt from how long it takes. Start with {@link
 * fairlead.balance.concurrency.ConcurrencyLimit}.
 */
@NullMarked
package fairlead.balance.concurrency;

import org.jspecify.annotations.NullMarked;

/**
 * Takes endpoints out that fail, and back when they serve again ({@code spec/client.md} §7–9).
 * {@link fairlead.balance.accrual.Health} is where to start.
 */
@NullMarked
package fairlead.balance.accrual;

import org.jspecify.annotations.NullMarked;

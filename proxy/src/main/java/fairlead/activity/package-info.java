/**
 * Values that change over time, and the one thread they change on.
 *
 * <p>Start at {@link fairlead.activity.Activity}. Everything here is used by the control plane
 * only; the data path reads immutable snapshots. Implements {@code spec/routing.md} §4.1.
 */
@NullMarked
package fairlead.activity;

import org.jspecify.annotations.NullMarked;

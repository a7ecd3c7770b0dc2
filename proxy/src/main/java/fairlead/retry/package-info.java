/**
 * What limits sending the same request again: a budget for all requests together, and the time
 * between two tries ({@code spec/http.md} §10). Start at {@link fairlead.retry.RetryBudget}.
 */
@NullMarked
package fairlead.retry;

import org.jspecify.annotations.NullMarked;

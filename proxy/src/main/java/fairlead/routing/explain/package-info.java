/**
 * What a caller that may ask is told of its own request: {@code l5d-explain}, and the diagnostic
 * {@code TRACE} of {@code spec/http.md} §14. Start at {@code Inquiries}.
 */
@NullMarked
package fairlead.routing.explain;

import org.jspecify.annotations.NullMarked;

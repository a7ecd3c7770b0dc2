/**
 * What makes an answer a success, a failure, or one that is worth another try ({@code spec/http.md}
 * §11, §17.9, §18). Start at {@link fairlead.routing.classify.HttpClassifier}.
 */
@NullMarked
package fairlead.routing.classify;

import org.jspecify.annotations.NullMarked;

/**
 * Names as data: paths, name trees, dtabs, and what a name is bound to.
 *
 * <p>Start at {@link fairlead.naming.Path} and {@link fairlead.naming.NameTree}. Grammars and error
 * texts are those of {@code spec/routing.md} §1–3.
 */
@NullMarked
package fairlead.naming;

import org.jspecify.annotations.NullMarked;

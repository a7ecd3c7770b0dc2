/**
 * JSON as a tree, read and written by Jackson's streams alone: no class is mapped by reflection, so
 * that a start needs none of what that takes. Start at {@code Json}.
 */
@NullMarked
package fairlead.json;

import org.jspecify.annotations.NullMarked;

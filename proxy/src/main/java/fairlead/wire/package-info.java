/**
 * What the connections of every protocol have in common: reading, writing once a turn, deadlines of
 * slow callers, and an end in stages. Begin with {@link fairlead.wire.Connection}.
 */
@NullMarked
package fairlead.wire;

import org.jspecify.annotations.NullMarked;

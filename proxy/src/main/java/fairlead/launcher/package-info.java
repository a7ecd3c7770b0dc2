/** The command line and the wiring of everything, by hand, in one readable place. */
@NullMarked
package fairlead.launcher;

import org.jspecify.annotations.NullMarked;

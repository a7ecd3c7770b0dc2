/**
 * {@code fairlead doctor}: looks at the host, and says what to mend. Everything blocks. Start at
 * {@code Doctor}.
 */
@NullMarked
package fairlead.launcher.doctor;

import org.jspecify.annotations.NullMarked;

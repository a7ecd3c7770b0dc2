@NullMarked
package fairlead.launcher.doctor;

import org.jspecify.annotations.NullMarked;

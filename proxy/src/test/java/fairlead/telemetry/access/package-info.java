@NullMarked
package fairlead.telemetry.access;

import org.jspecify.annotations.NullMarked;

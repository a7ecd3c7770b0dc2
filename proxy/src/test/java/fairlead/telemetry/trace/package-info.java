@NullMarked
package fairlead.telemetry.trace;

import org.jspecify.annotations.NullMarked;

@NullMarked
package fairlead.telemetry;

import org.jspecify.annotations.NullMarked;

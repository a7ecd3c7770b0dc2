/** The metrics tree and its exporters ({@code spec/telemetry.md}). */
@NullMarked
package fairlead.telemetry;

import org.jspecify.annotations.NullMarked;

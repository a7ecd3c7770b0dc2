/**
 * The telemeter {@code io.l5d.statsd} ({@code spec/telemetry.md} §6). Start at {@link
 * fairlead.telemetry.statsd.StatsdTelemeter}.
 */
@NullMarked
package fairlead.telemetry.statsd;

import org.jspecify.annotations.NullMarked;

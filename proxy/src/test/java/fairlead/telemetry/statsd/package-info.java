/** Tests of the StatsD telemeter against a real UDP socket. */
@NullMarked
package fairlead.telemetry.statsd;

import org.jspecify.annotations.NullMarked;

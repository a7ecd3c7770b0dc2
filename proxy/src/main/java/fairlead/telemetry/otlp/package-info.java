/**
 * Metrics by OTLP over HTTP, in JSON (decision 27). Start at {@link
 * fairlead.telemetry.otlp.OtlpTelemeter}.
 */
@NullMarked
package fairlead.telemetry.otlp;

import org.jspecify.annotations.NullMarked;

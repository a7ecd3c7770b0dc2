/** Tests of OTLP against a collector that parses by the official schema. */
@NullMarked
package fairlead.telemetry.otlp;

import org.jspecify.annotations.NullMarked;

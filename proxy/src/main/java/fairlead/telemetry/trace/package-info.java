/**
 * Traces: how a request's place in one is read and told ({@link
 * fairlead.telemetry.trace.Propagation}), spans of what happens here ({@link
 * fairlead.telemetry.trace.Tracing}), and who takes them ({@code spec/http.md} §13, {@code
 * spec/telemetry.md} §7–§9).
 */
@NullMarked
package fairlead.telemetry.trace;

import org.jspecify.annotations.NullMarked;

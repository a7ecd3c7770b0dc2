/**
 * Access logs ({@code spec/http.md} §15, §17.10): lines made on event loops, written by a thread
 * that nobody waits for. Start at {@link fairlead.telemetry.access.AccessLog}.
 */
@NullMarked
package fairlead.telemetry.access;

import org.jspecify.annotations.NullMarked;

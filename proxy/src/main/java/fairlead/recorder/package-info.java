/**
 * The flight recorder: the last decisions of this process, for whoever asks after something went
 * wrong. Start at {@code FlightRecorder}.
 */
@NullMarked
package fairlead.recorder;

import org.jspecify.annotations.NullMarked;

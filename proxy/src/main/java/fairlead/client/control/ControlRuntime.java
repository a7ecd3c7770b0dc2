package fairlead.client.control;

import fairlead.activity.SerialExecutor;
import io.netty.channel.EventLoopGroup;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What everything that asks the outside world on behalf of the control plane runs on. Immutable.
 *
 * @param io one thread is enough; shared by all control clients
 * @param blocking virtual threads for files and host names
 * @param random used inside {@code control} only
 * @param clock wall clock, for what is shown and stored
 */
public record ControlRuntime(
    SerialExecutor control,
    EventLoopGroup io,
    Executor blocking,
    RandomGenerator random,
    InstantSource clock) {}

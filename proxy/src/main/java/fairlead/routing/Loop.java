package fairlead.routing;

import io.netty.channel.EventLoop;
import java.util.random.RandomGenerator;

/** One event loop, its number among the router's, and its own source of chance. */
record Loop(int index, EventLoop executor, RandomGenerator random) {}

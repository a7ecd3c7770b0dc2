package fairlead.launcher;

import fairlead.activity.Blocking;
import fairlead.activity.SerialExecutor;
import fairlead.routing.HttpRouter;
import fairlead.routing.RouterConfig;
import fairlead.server.CannotListenException;
import fairlead.server.ListeningSockets;
import fairlead.server.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Taking the ports over from a predecessor (decision 24). Blocks, but for {@link #settle}. */
final class Takeover {
  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);
  private static final Duration STEP = Duration.ofMillis(500);
  private static final Blocking BLOCKING = Blocking.virtualThreads();

  /** Names that are not bound by then are bound when they are asked for. */
  private static final Duration WARM_UP = Duration.ofSeconds(15);

  private final Predecessor before;

  Takeover(Predecessor before) {
    this.before = before;
  }

  /**
   * Makes sure that the ports can be had and that the routers answer, and binds what the
   * predecessor was asked for.
   *
   * @throws CannotListenException when a port is somebody else's
   * @throws IOException when a router does not answer: the predecessor goes on
   */
  void warm(Configuration config, Map<String, HttpRouter> routers) throws IOException {
    LOG.info("process {} has the ports; this one takes them over once it is warm", before.show());
    for (RouterConfig router : config.routers()) {
      for (ServerConfig server : router.servers()) {
        var address = new InetSocketAddress(server.ip(), server.port());
        if (server.port() != 0 && !before.listensOn(address)) {
          ListeningSockets.demandFree(address);
        }
      }
    }
    bind(routers);
    for (var router : routers.entrySet()) {
      try {
        router.getValue().testItself();
      } catch (IOException silent) {
        throw new IOException(
            "router '"
                + router.getKey()
                + "' does not answer a request of our own ("
                + silent.getMessage()
                + "); process "
                + before.show()
                + " keeps the ports",
            silent);
      }
    }
  }

  private void bind(Map<String, HttpRouter> routers) {
    var names = 0;
    var each = new ArrayList<CompletableFuture<?>>();
    for (var router : routers.entrySet()) {
      var wanted = before.names(router.getKey());
      names += wanted.size();
      each.add(router.getValue().warm(wanted).toCompletableFuture());
    }
    try {
      var all = CompletableFuture.allOf(each.toArray(CompletableFuture[]::new));
      all.get(WARM_UP.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info("{} names are bound", names);
    } catch (TimeoutException _) {
      LOG.warn(
          "not all of {} names are bound after {} s; the rest is when asked for",
          names,
          WARM_UP.toSeconds());
    } catch (ExecutionException e) {
      LOG.warn("names: {}", String.valueOf(e.getCause()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** All is open. Tells the predecessor to end, or who is to do it. */
  void end(boolean replaces) {
    if (!replaces) {
      LOG.warn(
          "new connections come here, no more to process {}; end that one with SIGTERM",
          before.show());
      return;
    }
    try {
      before.end();
      LOG.info("process {} was told to end", before.show());
    } catch (IOException refused) {
      LOG.warn(
          "process {} cannot be told to end: {}; send it SIGTERM",
          before.show(),
          refused.getMessage());
    }
  }

  /**
   * Looks from time to time whether the predecessor is gone, until it is. Any thread.
   *
   * @param isAlone looks; blocks shortly
   */
  static void settle(SerialExecutor control, BooleanSupplier isAlone) {
    var _ =
        control.after(
            STEP,
            () ->
                BLOCKING.run(
                    "settle",
                    () -> {
                      if (!isAlone.getAsBoolean()) {
                        settle(control, isAlone);
                      }
                    }));
  }
}

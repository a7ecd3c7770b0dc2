package fairlead.server;

import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What this process listens with on one address, one socket a loop where the system can share a
 * port, and its part in an upgrade (decision 24). Opened and ended by one thread, asked by any.
 */
public final class ListeningSockets {
  private final List<Channel> sockets = new ArrayList<>();

  /** How many sockets of others listened here when ours began to, as long as they may be there. */
  private volatile int predecessors;

  /**
   * Sharing a port among loops would also share it with a stranger: asks for it alone first. Blocks
   * shortly.
   *
   * @throws CannotListenException when somebody has it
   */
  public static void demandFree(InetSocketAddress address) throws CannotListenException {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException e) {
      throw new CannotListenException(address, e);
    }
  }

  /** A socket that listens. */
  public void add(Channel listening) {
    sockets.add(listening);
  }

  /** Where they listen; there must be one. */
  public InetSocketAddress address() {
    return (InetSocketAddress) sockets.getFirst().localAddress();
  }

  /**
   * How many sockets of other processes listen on exactly this address. Blocks shortly: before ours
   * are opened.
   */
  public static int others(InetSocketAddress address) {
    return SharedPort.sockets(address);
  }

  /** From now on the system gives new connections to us alone, though {@code others} are there. */
  public void takeOver(int others) {
    predecessors = others;
    if (others > 0) {
      SharedPort.steer(sockets.getFirst(), others, sockets.size());
    }
  }

  /**
   * Whether those who listened here before are gone. Then their places are taken by our own
   * sockets, and all of them get new connections. Blocks shortly.
   */
  public boolean isAlone() {
    if (predecessors > 0 && SharedPort.sockets(address()) == sockets.size()) {
      predecessors = 0;
      SharedPort.steerToAll(sockets.getFirst());
    }
    return predecessors == 0;
  }

  /**
   * Closes them without losing who waits to be accepted; after {@code atMost} anyhow. Whoever
   * listened here before, and still does, gets the new connections again. Blocks shortly.
   */
  public CompletionStage<Void> end(Duration atMost) {
    int before = predecessors;
    if (before > 0 && SharedPort.sockets(address()) == before + sockets.size()) {
      SharedPort.steer(sockets.getFirst(), 0, before);
    }
    var ends = sockets.stream().map(each -> ListenerEnd.of(each, atMost).toCompletableFuture());
    return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
  }

  /** Closes them at once: who waits to be accepted is reset. */
  public void close() {
    for (var socket : sockets) {
      var _ = socket.close();
    }
  }
}

package fairlead.routing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A backend that stops as deployments do: it listens no more, ends what it is about to answer, and
 * closes connections that are idle; and that starts again at the same address.
 */
final class GracefulBackend implements Closeable {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final InetSocketAddress address;

  /** Open connections; true while a request is answered. */
  private final Map<Socket, AtomicBoolean> open = new ConcurrentHashMap<>();

  private ServerSocket server;
  private volatile boolean stopping;

  GracefulBackend() {
    server = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    address = (InetSocketAddress) server.getLocalSocketAddress();
  }

  InetSocketAddress address() {
    return address;
  }

  void stop() throws IOException {
    stopping = true;
    server.close();
    for (var entry : open.entrySet()) {
      if (!entry.getValue().get()) {
        entry.getKey().close();
      }
    }
    Await.until("every connection is closed", open::isEmpty);
  }

  void start() {
    stopping = false;
    server = listen(address);
  }

  private ServerSocket listen(InetSocketAddress at) {
    try {
      var made = new ServerSocket();
      made.setReuseAddress(true);
      made.bind(at, 1024);
      Thread.ofVirtual().name("graceful-backend").start(() -> accept(made));
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        var socket = from.accept();
        var busy = new AtomicBoolean(true); // its first request is on its way
        open.put(socket, busy);
        Thread.ofVirtual().start(() -> serve(socket, busy));
      } catch (IOException _) { // It was stopped.
        return;
      }
    }
  }

  private void serve(Socket socket, AtomicBoolean busy) {
    try (socket) {
      var wire = new Wire(socket, new ConcurrentLinkedQueue<>());
      while (wire.request() != null) {
        busy.set(true);
        wire.send(OK);
        busy.set(false);
        if (stopping) {
          return;
        }
      }
    } catch (IOException _) { // The other side, or stop, closed it.
      assert true;
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (var socket : open.keySet()) {
      socket.close();
    }
  }
}

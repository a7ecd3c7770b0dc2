package fairlead.routing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A backend that does with each connection what the test says. What a script finds wrong fails the
 * test when the backend is closed.
 */
final class TestBackend implements Closeable {
  /** What is done with one connection; it may end by an exception, as the proxy may close it. */
  @FunctionalInterface
  interface Script {
    void run(Wire wire) throws IOException;
  }

  private final ServerSocket server;
  private final Script script;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Throwable> wrong = new AtomicReference<>();
  final AtomicInteger connections = new AtomicInteger();

  /** Heads of requests in the order they came. */
  final Queue<String> heads = new ConcurrentLinkedQueue<>();

  TestBackend(Script script) {
    this(script, ServerSocketFactory.getDefault());
  }

  /** The same, with listening sockets of {@code sockets}, such as those of TLS. */
  TestBackend(Script script, ServerSocketFactory sockets) {
    this(script, sockets, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** On the address of one that is closed. */
  TestBackend(Script script, InetSocketAddress address) {
    this(script, ServerSocketFactory.getDefault(), address);
  }

  private TestBackend(Script script, ServerSocketFactory sockets, InetSocketAddress address) {
    this.script = script;
    try {
      server = sockets.createServerSocket();
      server.setReuseAddress(true);
      server.bind(address, 1024);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("backend").start(this::accept);
  }

  /** Answers each request of each connection with these bytes. */
  static TestBackend answering(String response) {
    return new TestBackend(
        wire -> {
          while (wire.request() != null) {
            wire.send(response);
          }
        });
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** The head of the next request that came and was not asked for yet. */
  String head() {
    var head = heads.poll();
    return head == null ? "none" : head;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        open.add(socket);
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) { // The test is over.
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      script.run(new Wire(socket, heads));
    } catch (IOException _) { // The proxy closed it: the test looks at the other side.
      assert true;
    } catch (AssertionError | RuntimeException e) {
      wrong.compareAndSet(null, e);
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (var socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var error = wrong.get();
    if (error != null) {
      throw new AssertionError("a backend: " + error, error);
    }
  }
}

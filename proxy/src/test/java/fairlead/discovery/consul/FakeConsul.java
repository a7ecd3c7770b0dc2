package fairlead.discovery.consul;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An agent on a loopback socket that answers by hand: each request waits until the test takes it
 * and says what happens to it. For what only a socket can show: resets, silence, half an answer.
 */
public final class FakeConsul implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;

  private final ServerSocket server;
  private final LinkedBlockingQueue<Exchange> requests = new LinkedBlockingQueue<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();

  private FakeConsul(ServerSocket server) {
    this.server = server;
    Thread.ofVirtual().name("fake-consul").start(this::accept);
  }

  public static FakeConsul start() throws IOException {
    return on(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  /** On a socket of the test's making, for TLS or another address. */
  public static FakeConsul on(ServerSocket server) {
    return new FakeConsul(server);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** How many connections were ever accepted. */
  public int accepted() {
    return accepted.get();
  }

  /** Blocks until somebody asks. */
  public Exchange next() throws InterruptedException {
    var exchange = requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (exchange == null) {
      throw new AssertionError("nobody asked within " + PATIENCE_SECONDS + " s");
    }
    return exchange;
  }

  /** Whether a request waits to be taken. */
  public boolean asked() {
    return !requests.isEmpty();
  }

  private void accept() {
    try {
      while (true) {
        var socket = server.accept();
        accepted.incrementAndGet();
        open.add(socket);
        if (server.isClosed()) {
          socket.close(); // came in while the server was closing
        }
        Thread.ofVirtual().name("fake-consul-connection").start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        var headers = new HashMap<String, String>();
        for (String h = in.readLine(); h != null && !h.isEmpty(); h = in.readLine()) {
          int colon = h.indexOf(':');
          headers.put(
              h.substring(0, colon).toLowerCase(Locale.ROOT), h.substring(colon + 1).strip());
        }
        requests.add(new Exchange(line, headers, socket));
      }
    } catch (IOException ended) {
      // By either side; what that means is for the client to say.
    } finally {
      open.remove(socket);
    }
  }

  /** One request, and its fate. */
  public record Exchange(String line, Map<String, String> headers, Socket socket) {
    public void ok(String body) {
      bytes(response(200, "", body.getBytes(StandardCharsets.UTF_8)));
    }

    public void answer(int status, String headerLines, byte[] body) {
      bytes(response(status, headerLines, body));
    }

    private static byte[] response(int status, String headerLines, byte[] body) {
      byte[] head =
          ("HTTP/1.1 "
                  + status
                  + " X\r\n"
                  + headerLines
                  + "Content-Length: "
                  + body.length
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.ISO_8859_1);
      byte[] all = java.util.Arrays.copyOf(head, head.length + body.length);
      System.arraycopy(body, 0, all, head.length, body.length);
      return all;
    }

    /**
     * Exactly these bytes, as far as the other side takes them, and the connection stays: one that
     * has seen enough may close it before the last, and the test looks at what it made of them.
     */
    public void bytes(byte[] bytes) {
      try {
        socket.getOutputStream().write(bytes);
      } catch (IOException closed) {
        // By the other side.
      }
    }

    /** RST. */
    public void reset() {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException ended) {
        throw new UncheckedIOException(ended);
      }
    }

    /** FIN. */
    public void end() {
      try {
        socket.close();
      } catch (IOException ended) {
        throw new UncheckedIOException(ended);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (var socket : open) {
      socket.close();
    }
  }
}

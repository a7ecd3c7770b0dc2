package fairlead.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Answers every request without a body with the same bytes, a thread for each connection, and
 * allocates nothing per request: what this process allocates is then the proxy's.
 */
final class CannedBackend implements AutoCloseable {
  private static final int END_OF_HEAD = 0x0D0A0D0A;

  private final ServerSocketChannel listening;
  private final byte[] answer;

  private CannedBackend(ServerSocketChannel listening, byte[] answer) {
    this.listening = listening;
    this.answer = answer;
  }

  /** Listens on a free port of the loopback address; answers 200 with a body of this size. */
  static CannedBackend start(int bodyBytes) throws IOException {
    var listening = ServerSocketChannel.open();
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    String head =
        "HTTP/1.1 200 OK\r\nServer: canned\r\nContent-Type: text/plain\r\nContent-Length: "
            + bodyBytes
            + "\r\n\r\n";
    byte[] answer = (head + "x".repeat(bodyBytes)).getBytes(StandardCharsets.US_ASCII);
    var backend = new CannedBackend(listening, answer);
    daemon("backend-accept", backend::accept);
    return backend;
  }

  int port() throws IOException {
    return ((InetSocketAddress) listening.getLocalAddress()).getPort();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  private void accept() throws IOException {
    while (true) {
      SocketChannel connection = listening.accept();
      daemon("backend", () -> serve(connection));
    }
  }

  private void serve(SocketChannel connection) throws IOException {
    try (connection) {
      var in = ByteBuffer.allocateDirect(16 * 1024);
      var out = ByteBuffer.allocateDirect(answer.length).put(answer);
      int last = 0;
      while (connection.read(in.clear()) >= 0) {
        in.flip();
        while (in.hasRemaining()) {
          last = (last << 8) | (in.get() & 0xFF);
          if (last == END_OF_HEAD) {
            write(connection, out.rewind());
          }
        }
      }
    }
  }

  private static void write(SocketChannel connection, ByteBuffer out) throws IOException {
    while (out.hasRemaining()) {
      connection.write(out);
    }
  }

  /** Something that ends with its socket. */
  @FunctionalInterface
  private interface Loop {
    void run() throws IOException;
  }

  private static void daemon(String name, Loop loop) {
    Thread.ofPlatform()
        .name(name)
        .daemon()
        .start(
            () -> {
              try {
                loop.run();
              } catch (IOException closed) {
                return;
              }
            });
  }
}

package fairlead.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One connection that sends the same request again and again; blocks, and allocates nothing per
 * request once the first answer has come.
 */
final class OneCaller implements AutoCloseable {
  private final SocketChannel connection;
  private final ByteBuffer out;
  private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
  private int answerBytes;

  OneCaller(InetSocketAddress proxy, String request) throws IOException {
    connection = SocketChannel.open(proxy);
    byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
    out = ByteBuffer.allocateDirect(bytes.length).put(bytes);
    first();
  }

  /**
   * Sends the request and takes the answer, which must be as long as the first one.
   *
   * @return how long it is
   */
  int exchange() throws IOException {
    send();
    in.clear().limit(answerBytes);
    while (in.hasRemaining()) {
      receive();
    }
    return answerBytes;
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }

  /** Learns from {@code Content-Length} how long the answer is. */
  private void first() throws IOException {
    send();
    String so = "";
    int end = -1;
    while (end < 0) {
      receive();
      so = StandardCharsets.ISO_8859_1.decode(in.duplicate().flip()).toString();
      end = so.indexOf("\r\n\r\n");
    }
    String head = so.substring(0, end);
    if (!head.startsWith("HTTP/1.1 200")) {
      throw new IOException("answer: " + head + " (expected: 200)");
    }
    int length = head.toLowerCase(Locale.ROOT).indexOf("content-length:");
    answerBytes =
        end
            + 4
            + Integer.parseInt(head.substring(length + 15).lines().findFirst().orElse("").strip());
    while (in.position() < answerBytes) {
      receive();
    }
  }

  private void send() throws IOException {
    out.rewind();
    while (out.hasRemaining()) {
      connection.write(out);
    }
  }

  private void receive() throws IOException {
    if (connection.read(in) < 0) {
      throw new EOFException("the proxy closed the connection");
    }
  }
}

package fairlead.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Callers that made one request each and keep their connections: {@code IdleCallers PORT COUNT}.
 * Says {@code open} once all have their answers; closes them when standard input ends.
 */
final class IdleCallers {
  private static final byte[] REQUEST =
      "GET /1k HTTP/1.1\r\nHost: web\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private IdleCallers() {}

  public static void main(String... args) throws IOException {
    var proxy = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
    var connections = new ArrayList<SocketChannel>();
    var answer = ByteBuffer.allocateDirect(64 * 1024);
    for (int i = 0; i < Integer.parseInt(args[1]); i++) {
      connections.add(ask(proxy, answer));
    }
    System.out.println("open");
    while (System.in.read() >= 0) {
      // Until it ends.
    }
    close(connections);
  }

  private static SocketChannel ask(InetSocketAddress proxy, ByteBuffer answer) throws IOException {
    var connection = SocketChannel.open(proxy);
    connection.write(ByteBuffer.wrap(REQUEST));
    answer.clear();
    // The body is 1 KiB of x: an answer is over with the last of them.
    while (count(answer, 'x') < 1024) {
      if (connection.read(answer) < 0) {
        throw new IOException("the proxy closed the connection");
      }
    }
    return connection;
  }

  private static int count(ByteBuffer bytes, char wanted) {
    int count = 0;
    for (int i = 0; i < bytes.position(); i++) {
      if (bytes.get(i) == wanted) {
        count++;
      }
    }
    return count;
  }

  private static void close(List<SocketChannel> connections) throws IOException {
    for (SocketChannel connection : connections) {
      connection.close();
    }
  }
}

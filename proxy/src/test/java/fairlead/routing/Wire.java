package fairlead.routing;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One connection, read and written as text by a test; gives up after twenty seconds. */
final class Wire implements Closeable {
  private static final int PATIENCE_MILLIS = 20_000;

  final Socket socket;
  private final InputStream in;
  private final Queue<String> heads;

  Wire(Socket socket, Queue<String> heads) throws IOException {
    this.socket = socket;
    this.heads = heads;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  static Wire connect(InetSocketAddress address) throws IOException {
    return new Wire(
        new Socket(address.getAddress(), address.getPort()), new ConcurrentLinkedQueue<>());
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends {@code request} and reads the whole answer: head and body as one text. */
  String ask(String request) throws IOException {
    send(request);
    return response();
  }

  /** A request: head and body as one text; null when the connection ended before it. */
  @Nullable String request() throws IOException {
    var head = head();
    if (head == null) {
      return null;
    }
    heads.add(head);
    return head + body(head, false);
  }

  /** A response: head and body as one text. */
  String response() throws IOException {
    var head = head();
    if (head == null) {
      throw new IOException("the connection ended before a response");
    }
    return head + body(head, true);
  }

  /** Up to the empty line, or null when the connection ended before the first byte. */
  @Nullable String head() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        if (head.isEmpty()) {
          return null;
        }
        throw new IOException("the connection ended within a head: " + head);
      }
      head.append((char) b);
    }
    return head.toString();
  }

  /** The body of the request whose {@code head} was read. */
  String bodyOfRequest(String head) throws IOException {
    return body(head, false);
  }

  private String body(String head, boolean response) throws IOException {
    if (header(head, "Transfer-Encoding") != null) {
      return chunks();
    }
    var length = header(head, "Content-Length");
    if (length != null) {
      return read(Integer.parseInt(length));
    }
    boolean none =
        !response || head.startsWith("HTTP/1.1 204") || head.matches("(?s)HTTP/1\\.1 1\\d\\d.*");
    return none ? "" : new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private String chunks() throws IOException {
    var text = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(line(), 16);
      if (size == 0) {
        for (var trailer = line(); !trailer.isEmpty(); trailer = line()) {
          text.append('\n').append(trailer);
        }
        return text.toString();
      }
      text.append(read(size));
      line();
    }
  }

  String line() throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("the connection ended within a line: " + line);
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  String read(int bytes) throws IOException {
    byte[] read = in.readNBytes(bytes);
    if (read.length < bytes) {
      throw new IOException("the connection ended " + (bytes - read.length) + " bytes too early");
    }
    return new String(read, StandardCharsets.ISO_8859_1);
  }

  /** Whether something has come that was not read yet. */
  boolean isReadable() throws IOException {
    return in.available() > 0;
  }

  /** Whether the peer closed, and sent nothing more. */
  boolean isAtEnd() throws IOException {
    return in.read() < 0;
  }

  static @Nullable String header(String head, String name) {
    var matcher =
        Pattern.compile("^" + name + ": ?(.*?)\r?$", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE)
            .matcher(head);
    return matcher.find() ? matcher.group(1) : null;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

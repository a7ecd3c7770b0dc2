package fairlead.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One keep-alive connection of a plain HTTP/1.1 client that says exactly what came. One thread at a
 * time; blocks.
 */
final class Caller implements AutoCloseable {
  /**
   * An answer.
   *
   * @param headers names in lower case; the last of equal ones
   */
  record Answer(int status, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /** Whether the other side asked for this connection to end. */
    boolean closes() {
      return header("connection").toLowerCase(Locale.ROOT).contains("close");
    }
  }

  /** The connection ended before a byte of the answer: whoever may, asks again by another. */
  static final class NoAnswer extends IOException {
    NoAnswer(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private final Socket socket;
  private final InputStream in;

  Caller(InetSocketAddress target, Duration timeout) throws IOException {
    int millis = Math.toIntExact(timeout.toMillis());
    socket = new Socket();
    socket.setTcpNoDelay(true);
    try {
      socket.connect(target, millis);
      socket.setSoTimeout(millis);
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** One request on a connection of its own. */
  static Answer once(InetSocketAddress target, String host, String path) throws IOException {
    try (Caller caller = new Caller(target, Duration.ofSeconds(10))) {
      return caller.send("GET", host, path, "");
    }
  }

  Answer send(String method, String host, String path, String body) throws IOException {
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    String get = method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    String bytes = body.isEmpty() ? get : head + body;
    return read(first(bytes));
  }

  /** Asks for a page with these header lines beside the Host. */
  Answer get(String host, String path, String... lines) throws IOException {
    String head = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n";
    return read(
        first(head + String.join("", Stream.of(lines).map(l -> l + "\r\n").toList()) + "\r\n"));
  }

  /** Sends, and waits for the first line of the answer. */
  private String first(String bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return line();
    } catch (EOFException | SocketException ended) {
      throw new NoAnswer(ended);
    }
  }

  private Answer read(String status) throws IOException {
    if (!status.startsWith("HTTP/1.") || status.length() < 12) {
      throw new IOException("not an answer: " + status);
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IOException("not a header: " + line);
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Answer(Integer.parseInt(status.substring(9, 12)), headers, body(headers));
  }

  private String body(Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
      return chunks();
    }
    String length = headers.get("content-length");
    byte[] bytes = length == null ? in.readAllBytes() : exactly(Integer.parseInt(length));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
      body.writeBytes(exactly(size));
      line();
    }
    line();
    return body.toString(StandardCharsets.UTF_8);
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("answer cut off after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException(
            "connection closed " + (line.size() == 0 ? "before" : "within") + " a line");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** This side's port. */
  int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

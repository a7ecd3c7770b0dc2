package fairlead.http2;

import fairlead.http.Fields;
import fairlead.http2.HeaderBlock.Literal;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One end of an HTTP/2 connection that a test writes frame by frame, with every freedom to be
 * wrong. Reads with a decoder of its own, and fails the test when what it reads is wrong; gives up
 * after twenty seconds. Blocks.
 */
public final class FrameWire implements Closeable {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int MOST = 1 << 24;

  private final Socket socket;
  private final DataInputStream in;

  /** What came while something else was awaited, and is still to be read. */
  private final ArrayDeque<Frame> ahead = new ArrayDeque<>();

  /** The longest frame that the peer may send. */
  private int mostFrameBytes = Frames.DEFAULT_FRAME;

  /** Of what the peer sends: the stream whose header block is open, or 0. */
  private int openBlock;

  /** Streams that either side has opened, those that the peer has ended, and has reset. */
  private final Set<Integer> opened = ConcurrentHashMap.newKeySet();

  private final Set<Integer> ended = new HashSet<>();

  private final Set<Integer> gone = new HashSet<>();

  private final HpackDecoder decoder = new HpackDecoder(4096, MOST, MOST);

  /**
   * What came of a stream until its end.
   *
   * @param head {@code name: value} each; empty when there was none
   * @param reset the code of RST_STREAM, or -1
   */
  public record Answer(List<String> head, String body, List<String> trailers, long reset) {
    public String status() {
      return head.isEmpty() ? "none" : head.getFirst().replace(":status: ", "");
    }
  }

  private FrameWire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
  }

  /** Nothing is sent yet. */
  public static FrameWire connect(InetSocketAddress address) throws IOException {
    return new FrameWire(new Socket(address.getAddress(), address.getPort()));
  }

  /** A caller that has said its preface and read ours. */
  public static FrameWire greeted(InetSocketAddress address, long... settings) throws IOException {
    var wire = connect(address);
    wire.preface();
    wire.send(Frame.settings(settings));
    wire.awaitSettled();
    return wire;
  }

  /** A backend's end of {@code socket}, whose caller has said its preface. */
  public static FrameWire accepted(Socket socket, long... settings) throws IOException {
    var wire = new FrameWire(socket);
    byte[] preface = wire.in.readNBytes(ServerConnection.PREFACE.length());
    if (!ServerConnection.PREFACE.equals(new String(preface, StandardCharsets.US_ASCII))) {
      throw new EOFException("the connection does not begin with the preface");
    }
    wire.send(Frame.settings(settings));
    wire.awaitSettled();
    return wire;
  }

  /** What a client begins with, without its SETTINGS. */
  public void preface() throws IOException {
    write(ServerConnection.PREFACE.getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads the peer's SETTINGS, which must come first, acknowledges them, and awaits its ACK. */
  private void awaitSettled() throws IOException {
    var first = next();
    if (first == null) {
      throw new EOFException("the connection ended before SETTINGS");
    }
    must(first.type() == Frame.SETTINGS && !first.has(Frame.ACK), first, "SETTINGS first");
    send(new Frame(Frame.SETTINGS, Frame.ACK, 0, new byte[0]));
    var early = new ArrayList<Frame>();
    await(
        f -> {
          boolean last = f.type() == Frame.SETTINGS && f.has(Frame.ACK);
          if (!last) {
            early.add(f);
          }
          return last;
        });
    ahead.addAll(early);
  }

  public void send(Frame... frames) throws IOException {
    var all = new ByteArrayOutputStream();
    for (Frame frame : frames) {
      all.writeBytes(frame.bytes());
      allows(frame);
    }
    write(all.toByteArray());
  }

  /** What the peer may send once it has seen this. */
  private void allows(Frame frame) {
    if (frame.type() == Frame.HEADERS) {
      opened.add(frame.stream());
    }
    boolean settings = frame.type() == Frame.SETTINGS;
    for (int at = 0; settings && at + 6 <= frame.payload().length; at += 6) {
      if (frame.intAt(at) >>> 16 == Frame.MAX_FRAME_SIZE) {
        mostFrameBytes = (int) Math.max(mostFrameBytes, frame.intAt(at + 2));
      }
    }
  }

  public void write(byte... bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** A GET of {@code path} of host {@code web}, which ends its stream. */
  public void get(int stream, String path) throws IOException {
    send(Frame.headers(stream, request("GET", path), true));
  }

  /** The head of a request for host {@code web}, with {@code name: value} fields behind. */
  public static HeaderBlock request(String method, String path, String... fields) {
    var block =
        new HeaderBlock()
            .field(Literal.NOT_INDEXED, ":method", method)
            .field(Literal.NOT_INDEXED, ":scheme", "http")
            .field(Literal.NOT_INDEXED, ":path", path)
            .field(Literal.NOT_INDEXED, ":authority", "web");
    return with(block, fields);
  }

  public static HeaderBlock response(int status, String... fields) {
    return with(
        new HeaderBlock().field(Literal.NOT_INDEXED, ":status", Integer.toString(status)), fields);
  }

  /** {@code name: value} each. */
  public static HeaderBlock block(String... fields) {
    return with(new HeaderBlock(), fields);
  }

  private static HeaderBlock with(HeaderBlock block, String... fields) {
    for (String field : fields) {
      int colon = field.indexOf(':', 1);
      block.field(
          Literal.NOT_INDEXED, field.substring(0, colon), field.substring(colon + 1).substring(1));
    }
    return block;
  }

  /** The next frame, or null when the peer has closed the connection. */
  public @Nullable Frame next() throws IOException {
    if (!ahead.isEmpty()) {
      return ahead.poll();
    }
    try {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = new byte[length];
      in.readFully(payload);
      return right(new Frame(type, flags, stream, payload));
    } catch (EOFException | SocketException _) { // closed, or reset by frames that it did not read
      return null;
    }
  }

  /** Whatever we send has no more than RFC 9113 §4.1, §5.1 and §6 allow. */
  private Frame right(Frame frame) {
    if (frame.type() == Frame.HEADERS) {
      opened.add(frame.stream());
    }
    must(isSound(frame), frame, "the form of its type");
    int known =
        switch (frame.type()) {
          case Frame.DATA -> Frame.END_STREAM;
          case Frame.HEADERS -> Frame.END_STREAM | Frame.END_HEADERS;
          case Frame.CONTINUATION -> Frame.END_HEADERS;
          case Frame.SETTINGS, Frame.PING -> Frame.ACK;
          default -> 0;
        };
    must((frame.flags() & ~known) == 0 && frame.stream() >= 0, frame, "known bits alone");
    must(
        openBlock == (frame.type() == Frame.CONTINUATION ? frame.stream() : 0),
        frame,
        "the rest of a header block alone");
    if (frame.type() == Frame.HEADERS || frame.type() == Frame.CONTINUATION) {
      openBlock = frame.has(Frame.END_HEADERS) ? 0 : frame.stream();
    }
    must(!gone.contains(frame.stream()), frame, "nothing behind its RST_STREAM");
    if (frame.type() == Frame.RST_STREAM) {
      gone.add(frame.stream());
    }
    if (frame.type() == Frame.DATA || frame.type() == Frame.HEADERS) {
      must(!ended.contains(frame.stream()), frame, "nothing behind its END_STREAM");
      if (frame.has(Frame.END_STREAM)) {
        ended.add(frame.stream());
      }
    }
    return frame;
  }

  private static void must(boolean right, Frame frame, String expected) {
    if (!right) {
      throw new AssertionError("sent: " + frame + " (expected: " + expected + ")");
    }
  }

  /** Whether it is of a type that we send, where and as long as that may be. */
  private boolean isSound(Frame frame) {
    int length = frame.payload().length;
    boolean onStream = frame.stream() != 0;
    return length <= mostFrameBytes
        && switch (frame.type()) {
          case Frame.DATA, Frame.CONTINUATION -> opened.contains(frame.stream());
          case Frame.HEADERS -> onStream;
          case Frame.RST_STREAM -> opened.contains(frame.stream()) && length == 4;
          case Frame.SETTINGS ->
              !onStream && length % 6 == 0 && (length == 0 || !frame.has(Frame.ACK));
          case Frame.PING -> !onStream && length == 8;
          case Frame.GOAWAY -> !onStream && length >= 8;
          case Frame.WINDOW_UPDATE ->
              (!onStream || opened.contains(frame.stream()))
                  && length == 4
                  && frame.intAt(0) > 0
                  && frame.intAt(0) <= Integer.MAX_VALUE;
          default -> false; // PUSH_PROMISE among them
        };
  }

  /** Reads until a frame that is wanted comes, which it must. */
  public Frame await(Predicate<Frame> wanted) throws IOException {
    var instead = new ArrayList<Frame>();
    for (var frame = next(); frame != null; frame = next()) {
      if (wanted.test(frame)) {
        return frame;
      }
      instead.add(frame);
    }
    throw new EOFException("the connection ended before what was expected; " + instead);
  }

  /** The code of the GOAWAY that ends the connection, behind which nothing comes. */
  public long awaitGoAway() throws IOException {
    var goAway = await(f -> f.type() == Frame.GOAWAY);
    var behind = next();
    if (behind != null) {
      throw new AssertionError("behind GOAWAY: " + behind + " (expected: the end)");
    }
    return goAway.intAt(4);
  }

  /** The code of the RST_STREAM of this stream. */
  public long awaitReset(int stream) throws IOException {
    return await(f -> f.type() == Frame.RST_STREAM && f.stream() == stream).intAt(0);
  }

  /**
   * Asks whether the connection lives and has looked at everything so far; frames until the answer
   * are returned.
   */
  public List<Frame> ping() throws IOException {
    var frames = new ArrayList<Frame>();
    send(Frame.ping(42));
    for (var frame = next(); frame != null; frame = next()) {
      if (frame.type() == Frame.PING && frame.has(Frame.ACK)) {
        return frames;
      }
      frames.add(frame);
    }
    throw new EOFException("the connection ended before the answer to a PING; " + frames);
  }

  /** Reads all of a stream; what comes of others meanwhile is still to be read afterwards. */
  public Answer answer(int stream) throws IOException {
    var others = new ArrayList<Frame>();
    try {
      return answer(stream, others);
    } finally {
      others.reversed().forEach(ahead::addFirst);
    }
  }

  private Answer answer(int stream, List<Frame> others) throws IOException {
    List<String> head = List.of();
    List<String> trailers = List.of();
    var body = new StringBuilder();
    while (true) {
      var frame =
          await(
              f -> {
                boolean ours = f.stream() == stream;
                if (!ours && f.stream() != 0) {
                  others.add(f);
                }
                return ours;
              });
      switch (frame.type()) {
        case Frame.HEADERS -> {
          var fields = fields(frame);
          if (head.isEmpty() || isInterim(head)) {
            head = fields;
          } else {
            trailers = fields;
          }
        }
        case Frame.DATA -> body.append(new String(frame.payload(), StandardCharsets.ISO_8859_1));
        case Frame.RST_STREAM -> {
          return new Answer(head, body.toString(), trailers, frame.intAt(0));
        }
        default -> {}
      }
      if (frame.type() <= Frame.HEADERS && frame.has(Frame.END_STREAM)) {
        return new Answer(head, body.toString(), trailers, -1);
      }
    }
  }

  private static boolean isInterim(List<String> head) {
    return head.getFirst().startsWith(":status: 1");
  }

  /** The fields of a HEADERS frame, and of the CONTINUATIONs behind it. */
  public List<String> fields(Frame headers) throws IOException {
    var block = new ByteArrayOutputStream();
    block.writeBytes(headers.payload());
    for (var last = headers; !last.has(Frame.END_HEADERS); ) {
      last = next();
      if (last == null) {
        throw new EOFException("the connection ended within a header block");
      }
      block.writeBytes(last.payload());
    }
    var lines = new ArrayList<String>();
    var into = new Fields();
    try {
      decoder.decode(
          Unpooled.wrappedBuffer(block.toByteArray()),
          into,
          (id, name, nameLength, value, valueLength, lineEnd) ->
              lines.add(
                  new String(into.array(), name, lineEnd - 2 - name, StandardCharsets.ISO_8859_1)));
    } catch (HpackException e) {
      throw new IOException(e);
    }
    return lines;
  }

  /** Leaves by a TCP reset. */
  public void abort() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package fairlead.http2;

import fairlead.exchange.Limits;
import fairlead.wire.NotingOwner;
import fairlead.wire.Patience;
import fairlead.wire.Slowness;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A caller's connection and a backend's, joined by exchanges; time stands still until told. */
final class JoinedConnections implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  /** A GET of {@code /} from {@code a}, of the static table and one literal. */
  private static final String REQUEST = "828684010161";

  /** A frame that was sent to a peer. */
  record Sent(int type, int flags, int stream, int length) {}

  private final Both owner = new Both();
  final ClientConnection client;
  final EmbeddedChannel backend = frozen();
  final EmbeddedChannel caller = frozen();

  /** Both are greeted, and what we said is dropped. */
  JoinedConnections() {
    this(1);
  }

  /** The same, with this number for the first stream to the backend. */
  JoinedConnections(int firstStream) {
    client =
        new ClientConnection(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
            false,
            Http2Settings.DEFAULT,
            owner,
            owner,
            null,
            firstStream);
    backend.pipeline().addLast(client);
    backend.pipeline().fireChannelActive();
    var settings =
        new Http2ServerSettings(
            Http2Settings.DEFAULT,
            new Limits(5120, 8192, 5120),
            null,
            null,
            Patience.DEFAULT,
            false,
            true);
    caller
        .pipeline()
        .addLast(
            new ServerConnection(
                settings, exchange -> exchange.attach(client.newStream()), owner, null));
    caller.writeInbound(Unpooled.copiedBuffer(ServerConnection.PREFACE, StandardCharsets.US_ASCII));
    caller.writeInbound(frame(SETTINGS, 0, 0, ""));
    backend.writeInbound(frame(SETTINGS, 0, 0, ""));
    run();
    sentTo(caller);
    backend.releaseOutbound(); // with our preface, which is no frame
  }

  private static EmbeddedChannel frozen() {
    var channel = new EmbeddedChannel();
    channel.freezeTime();
    return channel;
  }

  /** The caller asks on this stream, and has no more to say. */
  void ask(int stream) {
    caller.writeInbound(frame(HEADERS, END_HEADERS | END_STREAM, stream, REQUEST));
  }

  /** The caller asks, with a window that is shut; the backend's answer begins. */
  void askWithoutAWindow() {
    caller.writeInbound(frame(SETTINGS, 0, 0, "000400000000"));
    ask(1);
    run();
    backend.writeInbound(frame(HEADERS, END_HEADERS, 1, "88"));
  }

  void pass(Duration time) {
    caller.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    backend.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    run();
  }

  /** How often it was told that the connection to the backend takes no more streams. */
  int leaving() {
    return owner.leaving;
  }

  /** In what the caller was too slow. */
  List<Slowness> slow() {
    return owner.slow;
  }

  void run() {
    for (int i = 0; i < 4; i++) {
      caller.runPendingTasks();
      backend.runPendingTasks();
    }
  }

  /** The frames that this peer was sent since it was asked last. */
  static List<Sent> sentTo(EmbeddedChannel peer) {
    var out = Unpooled.buffer();
    for (ByteBuf part = peer.readOutbound(); part != null; part = peer.readOutbound()) {
      out.writeBytes(part);
      part.release();
    }
    var frames = new ArrayList<Sent>();
    while (out.isReadable()) {
      int length = out.readUnsignedMedium();
      frames.add(new Sent(out.readByte(), out.readByte(), out.readInt(), length));
      out.skipBytes(length);
    }
    return frames;
  }

  /** A frame with a payload in hexadecimal digits. */
  static ByteBuf frame(int type, int flags, int stream, String payload) {
    byte[] bytes = HexFormat.of().parseHex(payload);
    return Unpooled.buffer()
        .writeMedium(bytes.length)
        .writeByte(type)
        .writeByte(flags)
        .writeInt(stream)
        .writeBytes(bytes);
  }

  @Override
  public void close() {
    caller.finishAndReleaseAll();
    backend.finishAndReleaseAll();
  }

  /** Owns both connections. */
  private static final class Both extends NotingOwner implements ClientConnection.Owner {
    private int leaving;

    @Override
    public void roomier(ClientConnection connection) {}

    @Override
    public void leaving(ClientConnection connection) {
      leaving++;
    }

    @Override
    public void gone(ClientConnection connection) {}

    @Override
    public void pinged(long nanos) {}

    @Override
    public void silent() {}
  }
}

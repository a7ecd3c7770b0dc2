package fairlead.http2;

import fairlead.exchange.ConnectionEvents;
import fairlead.exchange.ErrorCode;
import fairlead.http.Fields;
import fairlead.wire.Connection;
import fairlead.wire.Glitch;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of an HTTP/2 connection have (RFC 9113): settings, streams, flow control, and an
 * end with GOAWAY. Event loop only.
 */
abstract class Http2Connection extends Connection implements FrameReader.Sink {
  /** What may come on all streams together before we say that more may. */
  private static final int WINDOW_BYTES = 1 << 20;

  private static final int MOST_FIELDS = 100;

  /** A peer that opens its window by a few bytes makes us send frames as small. */
  private static final int SMALL_DATA_BYTES = 256;

  /**
   * A peer may be busy for so long; a window shut for longer stays so until some stream is read.
   */
  private static final long SHUT_NANOS = TimeUnit.SECONDS.toNanos(1);

  final Http2Settings settings;
  final HeadReader heads = new HeadReader();
  private final IntObjectHashMap<Stream> streams = new IntObjectHashMap<>();
  private final ArrayDeque<Stream> ready = new ArrayDeque<>();
  private final RecentResets recent = new RecentResets();
  private final HpackDecoder decoder;

  private @Nullable FrameWriter frames;
  private @Nullable FrameReader reader;
  private @Nullable GlitchBudget budget;

  // What the peer told.
  private long peerWindow = Frames.DEFAULT_WINDOW;

  /** What SETTINGS say that is not applied to the streams yet. */
  private long nextPeerWindow = Frames.DEFAULT_WINDOW;

  private int peerFrame = Frames.DEFAULT_FRAME;
  private long peerStreams = Long.MAX_VALUE;
  private boolean peerConnects;

  private long sendWindow = Frames.DEFAULT_WINDOW;

  /** When the window for what goes out was used up. */
  private long shutNanos;

  private int receiveWindow = Frames.DEFAULT_WINDOW;
  private int unacknowledged;
  private int heldBytes;
  private @Nullable HeldBytes heldOnLoop;
  private boolean acknowledged;
  private boolean tableTold;

  /** DATA in progress is for it; null when nobody wants them. */
  private @Nullable Stream receiving;

  private boolean processing;

  private boolean pumping;
  private boolean closing;
  private boolean leaving;

  Http2Connection(Http2Settings settings, ConnectionEvents events) {
    super(events);
    this.settings = settings;
    this.decoder =
        new HpackDecoder(HpackDecoder.INITIAL_TABLE_BYTES, settings.headerListBytes(), MOST_FIELDS);
  }

  // What the ends do differently.

  /** Whether {@code stream} has never been used, and may be by its opener. */
  abstract boolean isIdle(int stream);

  /**
   * Whether {@code stream} is there or may be opened by {@link #head}; else its block is dropped.
   */
  abstract void head(int stream, ByteBuf block, boolean end) throws ConnectionError;

  /** A setting that is not for both sides to send. */
  abstract void ownSetting(int id, long value) throws ConnectionError;

  /** The peer's settings are known, or have changed. */
  abstract void settled();

  /** A stream is gone. */
  abstract void streamGone(Stream stream);

  /** Something waits for the peer's window. */
  abstract void watchWaiting();

  /** It is to be closed, after what was written is sent. */
  abstract void end();

  /** The peer gave up a stream that it had just opened, before our part of it was whole. */
  abstract void peerReset() throws ConnectionError;

  /** The peer did something that we count. */
  abstract void count(Glitch glitch);

  /** The peer did too much of it. */
  abstract void spent(Glitch glitch);

  // The connection begins.

  final void begin(ChannelHandlerContext context) {
    attach(context, this::afterFlush);
    frames = new FrameWriter(outbox());
    reader =
        new FrameReader(this, context.alloc(), settings.frameBytes(), settings.headerListBytes());
    budget = new GlitchBudget(turn().nanoTime());
    heldOnLoop = HeldBytes.ofThisLoop();
  }

  /** Tells our settings and how much may come. */
  final void greet(int... ownSettings) {
    var all = new ArrayList<Integer>();
    for (int each : ownSettings) {
      all.add(each);
    }
    add(all, Frames.INITIAL_WINDOW_SIZE, settings.streamWindow());
    add(all, Frames.HEADER_TABLE_SIZE, settings.headerTable());
    add(all, Frames.MAX_FRAME_SIZE, settings.frame());
    add(all, Frames.MAX_HEADER_LIST_SIZE, settings.headerList());
    var to = frames().settings(all.size() / 2);
    for (int i = 0; i < all.size(); i += 2) {
      to.writeShort(all.get(i)).writeInt(all.get(i + 1));
    }
    frames().windowUpdate(0, WINDOW_BYTES - receiveWindow);
    receiveWindow = WINDOW_BYTES;
  }

  private static void add(List<Integer> to, int id, @Nullable Integer value) {
    if (value != null) {
      to.add(id);
      to.add(value);
    }
  }

  // Frames come in.

  /** Reads as many frames as there are. */
  final void process() {
    if (processing) {
      return; // Called from within: the loop below goes on.
    }
    processing = true;
    try {
      while (!closing && reader().read(in)) {
        // As long as there is more to be had.
      }
    } catch (ConnectionError e) {
      die(e.code(), e.reason());
    }
    processing = false;
    if (closing) {
      in.clear();
    } else {
      in.trim(context());
    }
  }

  final boolean isMidBlock() {
    return reader().isMidBlock();
  }

  @Override
  public void dataBegins(int stream, int flowBytes, int dataBytes, boolean end)
      throws ConnectionError {
    receiveWindow -= flowBytes;
    if (receiveWindow < 0) {
      throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "DATA beyond the window");
    }
    credit(flowBytes);
    receiving = null;
    if (dataBytes > 0) {
      events().data(false, dataBytes);
    } else if (!end) {
      glitch(Glitch.EMPTY_DATA);
    }
    var to = streams.get(stream);
    if (to == null) {
      onGone(stream, "DATA");
    } else if (to.hasRemoteEnded()) {
      fault(to, ErrorCode.STREAM_CLOSED, "DATA behind the end");
    } else if (!to.admits(flowBytes)) {
      fault(to, ErrorCode.FLOW_CONTROL_ERROR, "DATA beyond the window");
    } else if (!to.isExpected(dataBytes, end)) {
      fault(to, ErrorCode.PROTOCOL_ERROR, "the body is not as long as announced");
    } else {
      receiving = to;
      to.acknowledge(flowBytes - dataBytes);
    }
  }

  @Override
  public void data(ByteBuf part) {
    if (receiving == null) {
      part.release();
    } else {
      receiving.receive(part);
    }
  }

  @Override
  public void dataEnds(boolean end) {
    var to = receiving;
    receiving = null;
    if (end && to != null) {
      to.receiveEnd(null);
    }
  }

  @Override
  public void headers(int stream, ByteBuf block, boolean end) throws ConnectionError {
    head(stream, block, end);
  }

  /** Decodes a block into {@code fields}; whether it was small enough to be kept. */
  final boolean decode(ByteBuf block, Fields fields) throws ConnectionError {
    try {
      boolean small = decoder.decode(block, fields, heads) == HpackDecoder.Result.DONE;
      if (!small) {
        glitch(Glitch.HEADERS);
      }
      return small;
    } catch (HpackException e) {
      throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, String.valueOf(e.getMessage()));
    }
  }

  /** A trailer section of {@code stream}. */
  final void trailers(Stream stream, ByteBuf block, boolean end) throws ConnectionError {
    var fields = new Fields();
    heads.beginTrailers(fields);
    boolean small = decode(block, fields);
    if (stream.hasRemoteEnded()) {
      fault(stream, ErrorCode.STREAM_CLOSED, "HEADERS behind the end");
      return;
    }
    if (stream.isTunnel()) {
      fault(stream, ErrorCode.PROTOCOL_ERROR, "HEADERS in a tunnel"); // RFC 9113 §8.5
      return;
    }
    String why = small ? heads.endTrailers() : "the trailers are too large";
    if (!end) {
      why = "HEADERS behind a body, and not its end";
    } else if (!stream.isWholeAsAnnounced()) {
      why = "the body is not as long as announced";
    }
    if (why != null) {
      fault(stream, ErrorCode.PROTOCOL_ERROR, why);
    } else {
      events().trailers(false);
      stream.receiveEnd(fields.count() == 0 ? null : fields);
    }
  }

  /** A block that is only decoded, since the table must stay right. */
  final void drop(ByteBuf block) throws ConnectionError {
    var fields = new Fields();
    heads.beginTrailers(fields);
    decode(block, fields);
  }

  /** Whether {@code stream} is gone because we reset it a while ago. */
  final boolean wasReset(int stream) {
    return recent.contains(stream);
  }

  /** A frame for a stream that is not there. */
  final void onGone(int stream, String frame) throws ConnectionError {
    if (isIdle(stream)) {
      throw ConnectionError.protocol(frame + " on an idle stream");
    }
    if (!recent.contains(stream)) {
      glitch(Glitch.FAULT);
      writeReset(stream, ErrorCode.STREAM_CLOSED);
    }
  }

  @Override
  public void reset(int stream, ErrorCode code) throws ConnectionError {
    var of = streams.get(stream);
    if (of != null) {
      events().reset(false, code);
      boolean premature = of.isYoung() && !of.hasLocalEnded();
      of.abandoned(code);
      if (premature) {
        peerReset();
      }
    } else if (isIdle(stream)) {
      throw ConnectionError.protocol("RST_STREAM on an idle stream");
    } else {
      glitch(Glitch.IGNORED);
    }
  }

  @Override
  public void setting(int id, long value) throws ConnectionError {
    switch (id) {
      case Frames.INITIAL_WINDOW_SIZE -> window(value);
      case Frames.MAX_FRAME_SIZE -> {
        if (value < Frames.DEFAULT_FRAME || value > Frames.LARGEST_FRAME) {
          throw ConnectionError.protocol("SETTINGS_MAX_FRAME_SIZE of " + value);
        }
        peerFrame = (int) Math.min(value, Frames.DEFAULT_FRAME * 4);
      }
      case Frames.MAX_CONCURRENT_STREAMS -> peerStreams = value;
      case Frames.ENABLE_PUSH, Frames.ENABLE_CONNECT_PROTOCOL -> {
        if (value > 1) {
          throw ConnectionError.protocol("a setting that is neither 0 nor 1: " + value);
        }
        if (id == Frames.ENABLE_CONNECT_PROTOCOL) {
          peerConnects = value == 1;
        }
        ownSetting(id, value);
      }
      default -> {} // Our blocks use no table; a list limit is advice (threat 33).
    }
  }

  private void window(long value) throws ConnectionError {
    if (value > Integer.MAX_VALUE) {
      throw new ConnectionError(
          ErrorCode.FLOW_CONTROL_ERROR, "SETTINGS_INITIAL_WINDOW_SIZE of " + value);
    }
    nextPeerWindow = value;
  }

  /**
   * Once for all that a frame says of it: thousands of values would move as many windows as often.
   */
  final void moveWindows() throws ConnectionError {
    long by = nextPeerWindow - peerWindow;
    if (by == 0) {
      return;
    }
    peerWindow = nextPeerWindow;
    for (var each : streams.values()) {
      if (!each.widen(by)) {
        throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "a window beyond 2^31-1");
      }
    }
    pump();
  }

  @Override
  public void settingsEnd() throws ConnectionError {
    glitch(Glitch.SETTINGS);
    moveWindows();
    frames().settingsAck();
    settled();
  }

  @Override
  public void settingsAck() {
    if (!acknowledged) {
      acknowledged = true;
      int by = settings.streamWindowBytes() - Frames.DEFAULT_WINDOW;
      if (by != 0) {
        streams.values().forEach(each -> each.moveReceiveWindow(by));
      }
      decoder.maxTableBytes(settings.headerTableBytes());
    }
  }

  @Override
  public void ping(long payload) throws ConnectionError {
    glitch(Glitch.PING);
    frames().ping(payload, true);
  }

  @Override
  public void windowUpdate(int stream, int increment) throws ConnectionError {
    glitch(Glitch.WINDOW_UPDATE);
    if (stream == 0) {
      if (increment == 0) {
        throw ConnectionError.protocol("WINDOW_UPDATE of 0");
      }
      sendWindow += increment;
      if (sendWindow > Integer.MAX_VALUE) {
        throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "a window beyond 2^31-1");
      }
      pump();
      return;
    }
    var of = streams.get(stream);
    if (of == null) {
      if (isIdle(stream)) {
        throw ConnectionError.protocol("WINDOW_UPDATE on an idle stream");
      }
    } else if (increment == 0) {
      fault(of, ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0");
    } else if (!of.widen(increment)) {
      fault(of, ErrorCode.FLOW_CONTROL_ERROR, "a window beyond 2^31-1");
    } else {
      pump();
    }
  }

  @Override
  public void continuation() throws ConnectionError {
    glitch(Glitch.CONTINUATION);
  }

  @Override
  public void ignored() throws ConnectionError {
    glitch(Glitch.IGNORED);
  }

  /** The peer broke the rules on one stream. */
  final void fault(Stream stream, ErrorCode code, String why) throws ConnectionError {
    if (!stream.isClosed()) {
      writeReset(stream.id(), code);
      stream.broken(code, why);
    }
    glitch(Glitch.FAULT);
  }

  /** The peer did something that costs us more than it. */
  final void glitch(Glitch glitch) throws ConnectionError {
    count(glitch);
    if (!made(budget).take(glitch, turn().nanoTime())) {
      spent(glitch);
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "too many: " + glitch);
    }
  }

  // Streams.

  final @Nullable Stream stream(int id) {
    return streams.get(id);
  }

  final int streamCount() {
    return streams.size();
  }

  /** A new stream, with windows as both sides have them now. */
  final void add(int id, Stream stream) {
    int own = acknowledged ? settings.streamWindowBytes() : Frames.DEFAULT_WINDOW;
    stream.open(id, peerWindow, own);
    streams.put(id, stream);
    countRequest();
    events().streams(1);
  }

  /** What comes for {@code stream} is no fault, and of no interest. */
  final void ignore(int stream) {
    recent.add(stream);
  }

  final void remove(Stream stream) {
    if (streams.remove(stream.id()) != null) {
      events().streams(-1);
    }
    streamGone(stream);
    if (leaving && streams.isEmpty()) {
      quit();
    }
  }

  final long peerStreams() {
    return peerStreams;
  }

  final boolean peerConnects() {
    return peerConnects;
  }

  /** A stream's window is opened again when so many bytes of it were taken. */
  final int creditBytes() {
    return Math.max(1, (int) (settings.streamWindowBytes() * (1 - settings.windowRatio())));
  }

  final void earn(int points) {
    made(budget).earn(points);
  }

  /** Bytes more, or less, that wait for somebody to take them. */
  final void held(int bytes) {
    heldBytes += bytes;
    made(heldOnLoop).add(bytes);
    if (bytes < 0) {
      credit(0);
    }
  }

  private void credit(int bytes) {
    unacknowledged += bytes;
    if (unacknowledged >= WINDOW_BYTES / 2 && made(heldOnLoop).admits(heldBytes) && !closing) {
      frames().windowUpdate(0, unacknowledged);
      receiveWindow += unacknowledged;
      unacknowledged = 0;
    }
  }

  /**
   * Whether slow readers, here or at the peer, hold so much of what the streams share that another
   * stream would soon wait for them too.
   */
  final boolean isCrowded() {
    return HeldBytes.isMuch(heldBytes)
        || (sendWindow <= 0 && turn().nanoTime() - shutNanos >= SHUT_NANOS);
  }

  // What goes out.

  final FrameWriter frames() {
    return made(frames);
  }

  /** Bytes that a stream with this window may send in one frame now; 0 or less for none. */
  final int maySend(long window) {
    if (!outbox().writable()) {
      return 0;
    }
    return (int) Math.min(Math.min(window, sendWindow), peerFrame);
  }

  final void writeData(int stream, ByteBuf data) {
    int bytes = data.readableBytes();
    sendWindow -= bytes;
    if (sendWindow == 0) {
      shutNanos = turn().nanoTime();
    }
    events().data(true, bytes);
    frames().data(stream, data, false);
    earn(
        bytes < SMALL_DATA_BYTES
            ? 1
            : 3); // the peer opens two windows, and may ping to see how far
  }

  final void writeReset(int stream, ErrorCode code) {
    recent.add(stream);
    frames().reset(stream, code);
    events().reset(true, code);
  }

  /** A head: room for it, in which the caller writes the block. */
  final ByteBuf beginHead(Fields fields) {
    var to = frames().beginBlock(HeadBlocks.mostBytes(fields) + 1);
    if (!tableTold) {
      tableTold = true;
      to.writeByte(
          0x20); // a table of 0 bytes: whatever limit the peer sets is kept (RFC 7541 §4.2)
    }
    return to;
  }

  final void endHead(ByteBuf to, int stream, boolean end) {
    frames().endBlock(to, stream, end, peerFrame);
  }

  final ByteBuf encodeTrailers(Fields fields) {
    var to = context().alloc().ioBuffer(HeadBlocks.mostBytes(fields));
    HeadBlocks.trailers(fields, to);
    return to;
  }

  /** Takes the buffer over. */
  final void writeTrailers(int stream, ByteBuf block) {
    var to = frames().beginBlock(block.readableBytes());
    to.writeBytes(block);
    block.release();
    endHead(to, stream, true);
    events().trailers(true);
  }

  /** The stream has something to send, and a window for it. */
  final void enqueue(Stream stream) {
    if (!stream.queued) {
      stream.queued = true;
      ready.add(stream);
    }
  }

  /** Sends what waits and may go: a frame of each stream in turn. */
  final void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    while (sendWindow > 0 && outbox().writable()) {
      var next = ready.poll();
      if (next == null) {
        break;
      }
      next.sendPending();
    }
    pumping = false;
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext context) {
    writable(context.channel().isWritable());
    if (context.channel().isWritable()) {
      pump();
    }
  }

  // The connection ends.

  final boolean isClosing() {
    return closing;
  }

  /** Nothing new is begun on it; it ends with its last stream. */
  final void leave() {
    leaving = true;
    if (streams.isEmpty()) {
      quit();
    }
  }

  private void quit() {
    if (!closing) {
      closing = true;
      outbox().flushSoon();
    }
  }

  /** Says what is wrong and closes the connection. */
  final void die(ErrorCode code, String reason) {
    if (closing) {
      return;
    }
    closing = true;
    frames().goAway(lastStream(), code, reason);
    dropStreams(code, reason);
  }

  /** The highest stream of the peer's that we began to serve. */
  abstract int lastStream();

  /** Ends every stream: the connection does. */
  abstract void dropStreams(ErrorCode code, String reason);

  private void afterFlush() {
    flushed();
    if (closing) {
      end();
    }
  }

  /** All that was written was offered to the system. */
  abstract void flushed();

  /** Lets go of everything: the channel is closed. */
  final void dropAll(ErrorCode code) {
    closing = true;
    dropStreams(code, "the connection was closed");
    reader().close();
    ready.clear();
  }

  final Iterable<Stream> allStreams() {
    return new ArrayList<>(streams.values());
  }

  private FrameReader reader() {
    return made(reader);
  }
}

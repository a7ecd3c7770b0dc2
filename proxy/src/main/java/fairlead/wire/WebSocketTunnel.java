package fairlead.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * A WebSocket that passes by, which can be told to end: each side then gets a Close frame of ours
 * with status 1001, "going away", between two frames (RFC 6455 §5.5.1, §7.4.1). What its peer sends
 * after that is dropped, but for the peer's own Close, which is waited for. Event loop only.
 */
public final class WebSocketTunnel {
  private static final int CLOSE_FRAME = 0x88;
  private static final int MASKED = 0x80;
  private static final int GOING_AWAY = 1001;

  private final Way toBackend;
  private final Way toCaller;
  private final Runnable over;
  private boolean leaving;

  /**
   * Nothing has passed yet.
   *
   * @param toBackend takes buffers over
   * @param toCaller takes buffers over
   * @param over runs once when both sides have answered our Close
   */
  public WebSocketTunnel(Consumer<ByteBuf> toBackend, Consumer<ByteBuf> toCaller, Runnable over) {
    this.toBackend = new Way(toBackend, true);
    this.toCaller = new Way(toCaller, false);
    this.over = over;
  }

  /** Takes the buffer over. */
  public void fromCaller(ByteBuf data) {
    toBackend.pass(data);
  }

  /** Takes the buffer over. */
  public void fromBackend(ByteBuf data) {
    toCaller.pass(data);
  }

  /**
   * Asks both sides to end, unless they are about to, or what passes cannot be followed. Does
   * nothing the second time.
   */
  public void leave() {
    if (leaving || !toBackend.isOpen() || !toCaller.isOpen()) {
      return;
    }
    leaving = true;
    toBackend.sayIfBetweenFrames();
    toCaller.sayIfBetweenFrames();
  }

  private void checkOver() {
    if (leaving && toBackend.frames.closeSeen() && toCaller.frames.closeSeen()) {
      over.run();
    }
  }

  /** One direction. */
  private final class Way {
    private final WebSocketFrames frames;
    private final Consumer<ByteBuf> out;
    private final boolean masked;
    private boolean said;

    Way(Consumer<ByteBuf> out, boolean masked) {
      this.frames = new WebSocketFrames(masked);
      this.out = out;
      this.masked = masked;
    }

    boolean isOpen() {
      return !frames.closeSeen() && !frames.isLost();
    }

    void sayIfBetweenFrames() {
      if (frames.isAtBoundary()) {
        said = true;
        out.accept(closeFrame());
      }
    }

    void pass(ByteBuf data) {
      if (said) {
        drop(data);
      } else if (leaving) {
        passToBoundary(data);
      } else {
        frames.follow(data);
        out.accept(data);
      }
    }

    /** The peer's own Close goes on in place of ours. */
    private void passToBoundary(ByteBuf data) {
      int end = frames.frameEnd(data, data.readerIndex());
      if (end < 0 || frames.closeSeen()) {
        out.accept(data);
        checkOver();
      } else {
        out.accept(data.readRetainedSlice(end - data.readerIndex()));
        sayIfBetweenFrames();
        drop(data);
      }
    }

    private void drop(ByteBuf data) {
      frames.follow(data);
      data.release();
      checkOver();
    }

    private ByteBuf closeFrame() {
      var frame = ByteBufAllocator.DEFAULT.buffer(8);
      frame.writeByte(CLOSE_FRAME);
      if (masked) {
        int key = ThreadLocalRandom.current().nextInt();
        frame.writeByte(MASKED | 2).writeInt(key).writeShort(GOING_AWAY ^ (key >>> 16));
      } else {
        frame.writeByte(2).writeShort(GOING_AWAY);
      }
      return frame;
    }
  }
}

package fairlead.exchange;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request's body can be sent again: what was passed on of it is kept, up to a bound,
 * until an answer is passed on. Event loop only.
 */
final class SentBody {
  private int mostBytes;
  private @Nullable KeptBody kept;
  private boolean gone;

  /** Nothing of it was sent yet. */
  SentBody(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** So much of it is kept at most; before any of it came. */
  void keepAtMost(int bytes) {
    mostBytes = bytes;
  }

  /** A part of it was passed on that is not kept: the request cannot be sent again. */
  boolean isGone() {
    return gone;
  }

  /**
   * A part is passed on. The caller's hold on the buffer stays its own.
   *
   * @param announcedBytes of the whole body, or -1
   */
  void passed(ByteBuf part, long announcedBytes) {
    if (gone) {
      return;
    }
    if (kept == null) {
      kept = new KeptBody(announcedBytes > mostBytes ? 0 : mostBytes);
    }
    if (!kept.add(part)) {
      gone = true;
      forget();
    }
  }

  /** Its trailers are passed on; they are not kept. */
  void passedTrailers() {
    gone = true;
  }

  /** Sends what was passed on once more. */
  void sendTo(BackendStream stream) {
    if (kept != null) {
      kept.sendTo(stream);
    }
  }

  /** It will not be sent again. */
  void forget() {
    if (kept != null) {
      kept.release();
      kept = null;
    }
  }
}

package fairlead.wire;

import fairlead.http.Head;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;

/**
 * Heads that no message uses, so that a connection without a request has none: an idle caller costs
 * little. One heap a thread.
 */
public final class SpareHeads {
  private static final int MOST = 256;

  /** One that a long head has blown up is not kept. */
  private static final int MOST_BYTES = 16 * 1024;

  private static final FastThreadLocal<ArrayDeque<Head>> SPARE =
      new FastThreadLocal<>() {
        @Override
        protected ArrayDeque<Head> initialValue() {
          return new ArrayDeque<>();
        }
      };

  private SpareHeads() {}

  public static Head take() {
    var head = SPARE.get().pollLast();
    return head == null ? new Head() : head;
  }

  /** The head is nobody's any more. */
  public static void give(Head head) {
    var spare = SPARE.get();
    if (spare.size() < MOST && head.capacity() <= MOST_BYTES) {
      spare.addLast(head);
    }
  }
}

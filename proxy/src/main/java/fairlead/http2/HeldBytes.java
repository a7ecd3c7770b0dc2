package fairlead.http2;

import io.netty.util.concurrent.FastThreadLocal;

/**
 * What the connections of one event loop hold for streams whose other side is slow. A connection
 * may always hold a little, and much as long as all of them together do not hold too much; else all
 * of its streams wait ({@code spec/threats.md} 39, 40). One a loop, used on that loop.
 */
final class HeldBytes {
  private static final int ALWAYS = 256 * 1024;
  private static final int MOST = 16 * 1024 * 1024;
  private static final int MUCH = MOST / 2;
  private static final long MOST_OF_LOOP = 48L * 1024 * 1024;

  private static final FastThreadLocal<HeldBytes> LOOPS =
      new FastThreadLocal<>() {
        @Override
        protected HeldBytes initialValue() {
          return new HeldBytes();
        }
      };

  private long sum;

  private HeldBytes() {}

  static HeldBytes ofThisLoop() {
    return LOOPS.get();
  }

  void add(int bytes) {
    sum += bytes;
  }

  /** Whether a connection that holds so much may have its peer send more. */
  boolean admits(int held) {
    return held < ALWAYS || (held < MOST && sum < MOST_OF_LOOP);
  }

  /**
   * Whether a connection that holds so much is near its end: streams to come had better another.
   */
  static boolean isMuch(int held) {
    return held >= MUCH;
  }
}

package fairlead.launcher;

import io.netty.util.internal.PlatformDependent;

/** What the JVM may take. */
final class Memory {
  private Memory() {}

  /** One line for the log. */
  static String limits() {
    return "heap at most "
        + mebibytes(Runtime.getRuntime().maxMemory())
        + " MiB, buffers at most "
        + mebibytes(PlatformDependent.maxDirectMemory())
        + " MiB, "
        + Runtime.getRuntime().availableProcessors()
        + " cores";
  }

  private static long mebibytes(long bytes) {
    return bytes >> 20;
  }
}

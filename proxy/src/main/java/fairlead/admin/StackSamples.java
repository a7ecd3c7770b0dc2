package fairlead.admin;

import java.io.ByteArrayOutputStream;
import java.lang.Thread.State;
import java.lang.management.ThreadInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Stacks of threads and how often each was met. Of one thread. Written as the raw form that {@code
 * pprof} reads: names of the frames, then words of 8 bytes in little-endian order.
 */
final class StackSamples {
  /** What a thread that waits for the kernel seems to run. */
  private static final Set<String> WAITING =
      Set.of(
          "io.netty.channel.epoll.Native.epollWait",
          "io.netty.channel.epoll.Native.epollWait0",
          "io.netty.channel.epoll.Native.epollBusyWait0",
          "sun.nio.ch.EPoll.wait",
          "sun.nio.ch.Net.accept",
          "sun.nio.ch.Net.poll",
          "sun.nio.fs.LinuxWatchService.poll",
          "jdk.internal.misc.Unsafe.park",
          "java.lang.ref.Reference.waitForReferencePendingList",
          "jdk.internal.misc.Signal.findSignal",
          "jdk.internal.misc.VM.waitForReferencePendingList");

  private final Map<List<StackTraceElement>, Integer> counts = new LinkedHashMap<>();

  /** Whether a thread uses a core, as far as can be seen. */
  static boolean isRunning(ThreadInfo thread) {
    StackTraceElement[] stack = thread.getStackTrace();
    return thread.getThreadState() == State.RUNNABLE
        && stack.length > 0
        && !WAITING.contains(stack[0].getClassName() + "." + stack[0].getMethodName());
  }

  static boolean isBlocked(ThreadInfo thread) {
    return thread.getThreadState() == State.BLOCKED;
  }

  /** Counts those of {@code threads} that are wanted. */
  void add(ThreadInfo[] threads, Predicate<ThreadInfo> wanted) {
    for (ThreadInfo thread : threads) {
      if (wanted.test(thread) && thread.getStackTrace().length > 0) {
        counts.merge(List.of(thread.getStackTrace()), 1, Integer::sum);
      }
    }
  }

  /**
   * All of it.
   *
   * @param periodMicros the time between two samples
   */
  byte[] raw(long periodMicros) {
    var addresses = new LinkedHashMap<StackTraceElement, Long>();
    for (var stack : counts.keySet()) {
      stack.forEach(frame -> addresses.putIfAbsent(frame, addresses.size() + 1L));
    }
    var names = new StringBuilder("--- symbol\nbinary=fairlead\n");
    addresses.forEach(
        (frame, address) -> names.append("0x%016x ".formatted(address)).append(frame).append('\n'));
    names.append("---\n--- profile\n");
    var out = new ByteArrayOutputStream();
    out.writeBytes(names.toString().getBytes(StandardCharsets.UTF_8));
    words(out, 0, 3, 0, periodMicros, 0);
    counts.forEach(
        (stack, count) -> {
          words(out, count, stack.size());
          stack.forEach(frame -> words(out, addresses.getOrDefault(frame, 0L)));
        });
    words(out, 0, 1, 0);
    return out.toByteArray();
  }

  private static void words(ByteArrayOutputStream out, long... words) {
    var bytes = ByteBuffer.allocate(Long.BYTES * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : words) {
      bytes.putLong(word);
    }
    out.writeBytes(bytes.array());
  }
}

package fairlead.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Bytes that the event loop allocates per request on the fast path, counted by the JVM; with {@code
 * --sites} also which code allocates them. The sites are complete, not sampled, where the JVM runs
 * with {@code -XX:-UseTLAB}, as {@code bench/allocation} does.
 */
public final class Allocation {
  private static final int WARM_UP = 100_000;
  private static final int COUNTED = 100_000;
  private static final int RECORDED = 5_000;
  private static final int FRAMES = 4;
  private static final String ANY_ALLOCATION = "jdk.ObjectAllocationOutsideTLAB";

  private Allocation() {}

  /** One kind of object from one place. */
  private record Site(String type, String frames) {}

  /** What a site allocated. */
  private record Total(long objects, long bytes) {
    Total plus(Total other) {
      return new Total(objects + other.objects, bytes + other.bytes);
    }
  }

  /** Prints the figure, and the sites if asked to. */
  public static void main(String... args) throws IOException {
    try (var loopback = new Loopback()) {
      send(loopback, WARM_UP);
      long before = byLoops();
      send(loopback, COUNTED);
      System.out.printf("%.1f bytes a request%n", (byLoops() - before) / (double) COUNTED);
      if (List.of(args).contains("--sites")) {
        sites(loopback);
      }
    }
  }

  private static void send(Loopback loopback, int requests) throws IOException {
    for (int i = 0; i < requests; i++) {
      loopback.exchange();
    }
  }

  private static long byLoops() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (var thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && isLoop(thread.getThreadName())) {
        sum += threads.getThreadAllocatedBytes(thread.getThreadId());
      }
    }
    return sum;
  }

  private static boolean isLoop(String thread) {
    return thread.startsWith("worker-");
  }

  private static void sites(Loopback loopback) throws IOException {
    Path file = Files.createTempFile("allocation", ".jfr");
    try (var recording = new Recording()) {
      recording.enable(ANY_ALLOCATION).withStackTrace();
      recording.start();
      send(loopback, RECORDED);
      recording.stop();
      recording.dump(file);
      print(RecordingFile.readAllEvents(file));
    } finally {
      Files.delete(file);
    }
  }

  private static void print(List<RecordedEvent> events) {
    var totals = new HashMap<Site, Total>();
    for (RecordedEvent event : events) {
      var thread = event.getThread();
      if (thread != null && thread.getJavaName() != null && isLoop(thread.getJavaName())) {
        var site = new Site(event.getClass("objectClass").getName(), frames(event));
        totals.merge(site, new Total(1, event.getLong("allocationSize")), Total::plus);
      }
    }
    System.out.printf("%9s %9s  type, and where%n", "bytes/req", "objects");
    var sorted = new ArrayList<>(totals.entrySet());
    sorted.sort(Comparator.comparingLong(entry -> -entry.getValue().bytes()));
    for (var entry : sorted.subList(0, Math.min(40, sorted.size()))) {
      var total = entry.getValue();
      System.out.printf(
          "%9.1f %9.3f  %s: %s%n",
          total.bytes() / (double) RECORDED,
          total.objects() / (double) RECORDED,
          entry.getKey().type(),
          entry.getKey().frames());
    }
  }

  private static String frames(RecordedEvent event) {
    var trace = event.getStackTrace();
    return trace == null
        ? "?"
        : trace.getFrames().stream()
            .limit(FRAMES)
            .map(Allocation::show)
            .collect(Collectors.joining(" < "));
  }

  private static String show(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    return type.substring(type.lastIndexOf('.') + 1)
        + "."
        + frame.getMethod().getName()
        + ":"
        + frame.getLineNumber();
  }
}

package fairlead.launcher.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** File descriptors, ephemeral ports, memory, and the time to stop. Blocks. */
final class LimitChecks {
  private static final int FEW_FILES = 1024;
  private static final int SOME_FILES = 16_384;
  private static final int FEW_PORTS = 10_000;

  /** Code, stacks, classes and malloc of a JVM besides heap and buffers. */
  private static final long REST_BYTES = 100L << 20;

  /** More is no limit: cgroups write so when there is none. */
  private static final long UNLIMITED = 1L << 50;

  private static final Duration ECS_STOP_TIMEOUT = Duration.ofSeconds(30);
  private static final Pattern OPEN_FILES =
      Pattern.compile("^Max open files +(\\S+) ", Pattern.MULTILINE);
  private static final Pattern SECONDS = Pattern.compile("([0-9]{1,5})(s|m)?");

  private final HostFiles files;

  LimitChecks(HostFiles files) {
    this.files = files;
  }

  List<Finding> openFiles() {
    var limits = files.read("/proc/self/limits");
    var found = OPEN_FILES.matcher(limits.orElse(""));
    if (!found.find() || !found.group(1).matches("[0-9]{1,10}")) {
      return List.of();
    }
    long most = Long.parseLong(found.group(1));
    String what = "at most " + most + " open files, half of them for callers' connections";
    String mend = "raise 'ulimits' nofile of the task definition to 65536";
    return List.of(
        most <= FEW_FILES
            ? Finding.bad("limits", what, mend)
            : most < SOME_FILES
                ? Finding.note("limits", what, mend)
                : Finding.good("limits", what));
  }

  /**
   * The ports that outgoing connections take.
   *
   * @param listening ports of the configuration
   */
  List<Finding> ephemeralPorts(Set<Integer> listening) {
    String[] range =
        files.read("/proc/sys/net/ipv4/ip_local_port_range").orElse("").split("\\s+", -1);
    if (range.length != 2 || !(range[0] + range[1]).matches("[0-9]{2,10}")) {
      return List.of();
    }
    int first = Integer.parseInt(range[0]);
    int last = Integer.parseInt(range[1]);
    int count = last - first + 1;
    var findings = new ArrayList<Finding>();
    String what = count + " ephemeral ports, " + first + " to " + last;
    findings.add(
        count < FEW_PORTS
            ? Finding.note(
                "limits",
                what + ": so many connections to one endpoint, those of the last minute included",
                "widen net.ipv4.ip_local_port_range")
            : Finding.good("limits", what));
    String reserved = files.read("/proc/sys/net/ipv4/ip_local_reserved_ports").orElse("");
    for (int port : listening) {
      if (port >= first && port <= last && !isReserved(reserved, port)) {
        findings.add(
            Finding.note(
                "limits",
                "port "
                    + port
                    + " is an ephemeral one: an outgoing connection may have it when we start",
                "choose another, or add it to net.ipv4.ip_local_reserved_ports"));
      }
    }
    return findings;
  }

  private static boolean isReserved(String ranges, int port) {
    for (String range : ranges.split(",", -1)) {
      String[] ends = range.strip().split("-", -1);
      if (ends[0].matches("[0-9]{1,5}")
          && port >= Integer.parseInt(ends[0])
          && port <= Integer.parseInt(ends[ends.length - 1])) {
        return true;
      }
    }
    return false;
  }

  /** What the JVM may take, in bytes, against what the container may. */
  List<Finding> memory(long heap, long direct) {
    var limit = limit();
    long most = heap + direct + REST_BYTES;
    String needs =
        "heap "
            + mebibytes(heap)
            + " and buffers "
            + mebibytes(direct)
            + " MiB at most, some 100 MiB besides";
    if (limit.isEmpty()) {
      return List.of(
          Finding.note(
              "memory",
              needs + "; the container has no limit",
              "set 'memory' of the container, so that a leak ends this process and not another"));
    }
    String within = needs + ", in a container of " + mebibytes(limit.get()) + " MiB";
    return List.of(
        most > limit.get()
            ? Finding.bad(
                "memory",
                within + ": the kernel may kill it under load",
                "raise 'memory' to "
                    + mebibytes(most)
                    + " MiB, or lower -Xmx and -XX:MaxDirectMemorySize")
            : Finding.good("memory", within));
  }

  private Optional<Long> limit() {
    return files
        .read("/sys/fs/cgroup/memory.max")
        .or(() -> files.read("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Long::valueOf)
        .filter(bytes -> bytes < UNLIMITED);
  }

  private static long mebibytes(long bytes) {
    return bytes >> 20;
  }

  /** Whether a drain is over before the platform kills. */
  static Finding stopTime(Duration drain, Map<String, String> environment) {
    Duration stop = stopTimeout(environment);
    String what =
        "a drain may take " + millis(drain) + " s, and ECS kills after " + millis(stop) + " s";
    String asked = environment.containsKey("ECS_CONTAINER_STOP_TIMEOUT") ? "" : " (its default)";
    return drain.plusSeconds(1).compareTo(stop) > 0
        ? Finding.bad(
            "drain",
            what + asked,
            "set 'stopTimeout' of the container to "
                + (drain.toSeconds() + 5)
                + ", or admin.shutdownGraceMs ($FAIRLEAD_DRAIN_MS) to "
                + Math.max(0, stop.minusSeconds(5).toMillis()))
        : Finding.good("drain", what + asked);
  }

  private static Duration stopTimeout(Map<String, String> environment) {
    var written = SECONDS.matcher(environment.getOrDefault("ECS_CONTAINER_STOP_TIMEOUT", ""));
    if (!written.matches()) {
      return ECS_STOP_TIMEOUT;
    }
    long number = Long.parseLong(written.group(1));
    return "m".equals(written.group(2)) ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0).replace(".0", "");
  }
}

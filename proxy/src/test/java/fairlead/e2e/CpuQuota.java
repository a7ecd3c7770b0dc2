package fairlead.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A control group of this test whose processes get so much CPU of each 100 ms, in either version of
 * the system's interface. One thread.
 */
final class CpuQuota implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final String PERIOD_MICROS = "100000";

  private final Path group;

  private CpuQuota(Path group) {
    this.group = group;
  }

  /** Skips the test where no group can be made: Linux, root. */
  static CpuQuota create(int microsOfEach100Millis) {
    boolean old = Files.isDirectory(ROOT.resolve("cpu"));
    Path group =
        ROOT.resolve((old ? "cpu/" : "") + "fairlead-test-" + ProcessHandle.current().pid());
    try {
      Files.createDirectories(group);
      if (old) {
        Files.writeString(group.resolve("cpu.cfs_period_us"), PERIOD_MICROS);
        Files.writeString(group.resolve("cpu.cfs_quota_us"), String.valueOf(microsOfEach100Millis));
      } else {
        Files.writeString(group.resolve("cpu.max"), microsOfEach100Millis + " " + PERIOD_MICROS);
      }
    } catch (IOException e) {
      assumeTrue(false, "skipped: no control group for CPU can be made here: " + e);
    }
    return new CpuQuota(group);
  }

  /** This machine, with the quota. */
  Place place() {
    String join = "echo $$ > '" + group.resolve("cgroup.procs") + "'; exec \"$@\"";
    return new Place("throttled", "127.0.0.1", List.of("sh", "-c", join, "sh"));
  }

  /** In how many periods processes wanted more than there was. */
  long throttled() {
    try {
      return Files.readAllLines(group.resolve("cpu.stat")).stream()
          .filter(line -> line.startsWith("nr_throttled "))
          .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** When its processes have ended. */
  @Override
  public void close() {
    Eventually.until("an empty control group", Duration.ofSeconds(10), this::removed);
  }

  private boolean removed() {
    try {
      Files.deleteIfExists(group);
      return true;
    } catch (IOException _) {
      return false; // a process is still ending
    }
  }
}

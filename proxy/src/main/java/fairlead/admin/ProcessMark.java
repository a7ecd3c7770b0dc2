package fairlead.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What tells a process from others on its host, containers and all. Where one admin port is shared
 * by two processes, a health check says by it which one it means.
 *
 * @param namespace number of its namespace of processes: each container has its own
 * @param started when it started, in clock ticks since the host did
 */
public record ProcessMark(long namespace, long started) {
  private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");

  /** The 22nd field of {@code /proc/PID/stat}, counted from behind the name. */
  private static final int STARTED_AT = 19;

  /** This process; null where the system does not tell. Blocks shortly. */
  public static @Nullable ProcessMark own() {
    return of("self");
  }

  /** The first process of this process's container, or of this host; null as above. */
  public static @Nullable ProcessMark ofContainer() {
    return of("1");
  }

  private static @Nullable ProcessMark of(String pid) {
    try {
      String link = Files.readSymbolicLink(NAMESPACE).toString(); // pid:[4026531836]
      String stat = Files.readString(Path.of("/proc", pid, "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return new ProcessMark(
          Long.parseLong(link.substring(link.indexOf('[') + 1, link.length() - 1)),
          Long.parseLong(fields[STARTED_AT]));
    } catch (IOException | RuntimeException _) { // not Linux, or hidden: nobody is meant
      return null;
    }
  }

  /** As the query of a request to {@code /admin/ping}. */
  public String query() {
    return "namespace=" + namespace + "&started=" + started;
  }

  /** Whether this process answers for {@code asked}: its own container's, or an older one's. */
  boolean answersFor(ProcessMark asked) {
    return asked.namespace == namespace || asked.started <= started;
  }
}

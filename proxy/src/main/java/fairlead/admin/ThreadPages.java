package fairlead.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.lang.Thread.State;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;

/** What the threads of the process do, and who waits for whom ({@code spec/admin.md} §8). */
final class ThreadPages {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private ThreadPages() {}

  static void addTo(AdminPages pages) {
    pages
        .add("/admin/threads", _ -> html().now())
        .add("/admin/threads.json", _ -> AdminResponse.json(json()).now())
        .add(
            "/admin/contention",
            request -> AdminResponse.preformatted(request, contention()).now());
  }

  private static ObjectNode json() {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ObjectNode all = answer.putObject("threads");
    for (ThreadInfo thread : all()) {
      ObjectNode one =
          all.putObject(Long.toString(thread.getThreadId()))
              .put("thread", thread.getThreadName())
              .put("daemon", thread.isDaemon())
              .put("state", thread.getThreadState().name())
              .put("priority", thread.getPriority());
      var stack = one.putArray("stack");
      for (StackTraceElement frame : thread.getStackTrace()) {
        stack.add(frame.toString());
      }
    }
    return answer;
  }

  private static List<ThreadInfo> all() {
    return Arrays.stream(THREADS.dumpAllThreads(false, false))
        .sorted(Comparator.comparingLong(ThreadInfo::getThreadId))
        .toList();
  }

  private static AdminResponse html() {
    var threads = all();
    long running = threads.stream().filter(StackSamples::isRunning).count();
    var page = new StringBuilder("<!doctype html><meta charset=utf-8><title>Threads</title>\n");
    page.append("<h1>Threads</h1>\n<p>")
        .append(threads.size())
        .append(" threads: ")
        .append(running)
        .append(" runnable, ")
        .append(threads.size() - running)
        .append(" idle.</p>\n<table>\n<tr><th>Id<th>Thread<th>State<th>Daemon<th>Priority</tr>\n");
    threads.forEach(thread -> row(page, thread));
    return AdminResponse.of(
        HttpResponseStatus.OK, AdminResponse.HTML, page.append("</table>\n").toString());
  }

  private static void row(StringBuilder page, ThreadInfo thread) {
    String name = AdminResponse.escape(thread.getThreadName());
    page.append("<tr><td>").append(thread.getThreadId()).append("<td><details><summary>");
    page.append(name).append("</summary><pre>");
    for (StackTraceElement frame : thread.getStackTrace()) {
      page.append(AdminResponse.escape(frame.toString())).append('\n');
    }
    page.append("</pre></details><td>").append(StackSamples.isRunning(thread) ? "" : "idle: ");
    page.append(thread.getThreadState()).append("<td>").append(thread.isDaemon());
    page.append("<td>").append(thread.getPriority()).append("</tr>\n");
  }

  /** Who waits for a lock that somebody has, who has it, and whom only an end of us would free. */
  static String contention() {
    var waiting = new HashMap<Long, ThreadInfo>();
    for (ThreadInfo thread : THREADS.dumpAllThreads(true, true)) {
      if (thread.getThreadState() == State.BLOCKED || thread.getLockOwnerId() >= 0) {
        waiting.put(thread.getThreadId(), thread);
      }
    }
    long[] owners =
        waiting.values().stream()
            .mapToLong(ThreadInfo::getLockOwnerId)
            .filter(id -> id >= 0)
            .distinct()
            .toArray();
    var deadlocked = deadlocked();
    return (deadlocked.isEmpty() ? "" : "DEADLOCKS:\n\n" + shown(deadlocked.stream()) + "\n")
        + "Blocked:\n"
        + shown(waiting.values().stream())
        + "\nLock Owners:\n"
        + shown(Arrays.stream(THREADS.getThreadInfo(owners, true, true)));
  }

  /** The threads that wait for each other for ever. */
  @SuppressWarnings("NullAway") // the platform returns null for none, which it does not declare
  static List<ThreadInfo> deadlocked() {
    long[] found = THREADS.findDeadlockedThreads();
    return found == null
        ? List.of()
        : Stream.of(THREADS.getThreadInfo(found, true, true)).filter(t -> t != null).toList();
  }

  /** A thread may have ended meanwhile. */
  private static String shown(Stream<ThreadInfo> threads) {
    var text = new StringBuilder();
    threads
        .filter(thread -> thread != null)
        .sorted(Comparator.comparingLong(ThreadInfo::getThreadId))
        .forEach(thread -> text.append(thread.toString()));
    return text.toString();
  }
}

package fairlead.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Pages about the process itself ({@code spec/admin.md} §3, §8). */
public final class ProcessPages {
  private static final DateTimeFormatter START_TIME =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss zzz yyyy", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private ProcessPages() {}

  /** Adds {@code /admin/ping}, {@code server_info}, {@code threads.json} and the index. */
  public static void addTo(AdminPages pages, String version) {
    AdminPage index = _ -> index(pages).now();
    pages
        .add("/admin", index)
        .add("/admin/index.txt", index)
        .add("/admin/ping", new PingPage(ProcessMark.own()))
        .add(
            "/admin/server_info",
            request -> AdminResponse.preformatted(request, serverInfo(version)).now())
        .add("/admin/threads.json", _ -> AdminResponse.json(threads()).now());
  }

  private static AdminResponse index(AdminPages pages) {
    String text = String.join("\n", pages.patterns()) + "\n";
    return new AdminResponse(
        HttpResponseStatus.OK, "text/plain", text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  private static String serverInfo(String version) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", "fairlead")
        .put("version", version)
        .put("build", version)
        .put("build_revision", "unknown")
        .put("build_last_few_commits", "unknown")
        .put("start_time", START_TIME.format(Instant.ofEpochMilli(runtime.getStartTime())))
        .put("uptime", runtime.getUptime())
        .toPrettyString();
  }

  private static ObjectNode threads() {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ObjectNode all = answer.putObject("threads");
    var sorted = new TreeMap<Long, Map.Entry<Thread, StackTraceElement[]>>();
    Thread.getAllStackTraces()
        .entrySet()
        .forEach(entry -> sorted.put(entry.getKey().threadId(), entry));
    sorted.forEach(
        (id, entry) -> {
          Thread thread = entry.getKey();
          ObjectNode one =
              all.putObject(Long.toString(id))
                  .put("thread", thread.getName())
                  .put("daemon", thread.isDaemon())
                  .put("state", thread.getState().name())
                  .put("priority", thread.getPriority());
          var stack = one.putArray("stack");
          for (StackTraceElement frame : entry.getValue()) {
            stack.add(frame.toString());
          }
        });
    return answer;
  }
}

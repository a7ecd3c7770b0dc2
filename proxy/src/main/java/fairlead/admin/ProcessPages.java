package fairlead.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fairlead.json.Json;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Pages about the process itself ({@code spec/admin.md} §3, §8). */
public final class ProcessPages {
  private static final DateTimeFormatter START_TIME =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss zzz yyyy", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private ProcessPages() {}

  /** Adds them, and the index of all pages. */
  public static void addTo(AdminPages pages, String version) {
    AdminPage index = _ -> index(pages).now();
    pages
        .add("/admin", index)
        .add("/admin/index.txt", index)
        .add("/admin/ping", new PingPage(ProcessMark.own()))
        .add(
            "/admin/server_info",
            request -> AdminResponse.preformatted(request, serverInfo(version)).now())
        .add(
            "/admin/announcer",
            request -> AdminResponse.preformatted(request, "").now()) // nothing is announced
        .add("/admin/files/", request -> pages.pageAt("/files/").answer(inFiles(request)));
    ThreadPages.addTo(pages);
    ProfilePage.addTo(pages);
  }

  /** Linkerd's other name of the same files. */
  private static AdminRequest inFiles(AdminRequest request) {
    return new AdminRequest(
        request.method(),
        request.target(),
        request.path().substring("/admin".length()),
        request.params(),
        request.headers(),
        request.body(),
        request.peer());
  }

  private static AdminResponse index(AdminPages pages) {
    String text = String.join("\n", pages.patterns()) + "\n";
    return AdminResponse.of(HttpResponseStatus.OK, "text/plain", text);
  }

  private static String serverInfo(String version) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    return Json.pretty(
        JsonNodeFactory.instance
            .objectNode()
            .put("name", "fairlead")
            .put("version", version)
            .put("build", version)
            .put("build_revision", "unknown")
            .put("build_last_few_commits", "unknown")
            .put("start_time", START_TIME.format(Instant.ofEpochMilli(runtime.getStartTime())))
            .put("uptime", runtime.getUptime()));
  }
}

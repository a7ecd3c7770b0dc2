package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.launcher.BusyProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus' own checker says of a page with a little of everything. */
@Timeout(120)
class PromtoolTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A window has ended in which requests were answered. */
  private static final String WINDOW = "request_latency_seconds{rt=\"web\"";

  private static final int FAMILIES = 200;

  @TempDir Path dir;

  @Test
  void promtoolFindsNothingWrongWithConventionalNames() throws Exception {
    String promtool = Parts.fetch("promtool");
    try (var proxy = BusyProxy.start(dir)) {
      String page = "";
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!page.contains(WINDOW) && System.nanoTime() < end) {
        proxy.traffic();
        page = proxy.page("/metrics?names=conventional&endpoints=true");
      }

      assertThat(page).contains(WINDOW);
      assertThat(families(page)).as(page).isGreaterThan(FAMILIES);
      assertThat(said(promtool, page)).isEqualTo("exit 0");
    }
  }

  /** So that the silence above means something. */
  @Test
  void promtoolTellsOfLinkerdsNames() throws Exception {
    String promtool = Parts.fetch("promtool");

    String page = "# HELP rt:a_ms b\n# TYPE rt:a_ms counter\nrt:a_ms 1\n";
    assertThat(said(promtool, page))
        .contains("should not contain ':'", "abbreviated units", "\"_total\"")
        .endsWith("exit 3");
  }

  private static long families(String page) {
    return page.lines().filter(line -> line.startsWith("# TYPE ")).count();
  }

  /** What it prints, and how it ends. */
  private String said(String promtool, String page) throws IOException {
    Path file = Files.writeString(dir.resolve("page.txt"), page);
    String pipe = "exec \"$0\" check metrics < \"$1\"";
    var command = List.of("sh", "-c", pipe, promtool, file.toString());
    try (Program check = Program.start("promtool", command, Map.of())) {
      int exit = check.awaitExit(DEADLINE);
      return check.output() + "exit " + exit;
    }
  }
}

package fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.admin.AdminConfig.Security;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each cell of the table of {@code spec/admin.md} §10. */
class SecurityTest extends AdminFixture {
  private static final Security UI = only(true, false, false);
  private static final Security CONTROL = only(false, true, false);
  private static final Security DIAGNOSTICS = only(false, false, true);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/files/",
        "/files/style.css",
        "/files/a/b.js",
        "/admin/files/",
        "/admin/files/style.css",
        "/config.json",
        "/metrics.json",
        "/admin/metrics.json",
        "/admin/metrics",
        "/delegator",
        "/delegator.json",
        "/logging",
        "/help"
      })
  void ofTheUi(String path) {
    assertThat(servedBy(path)).containsExactly(UI);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin/shutdown", "/logging.json", "/admin/reload"})
  void ofControl(String path) {
    assertThat(servedBy(path)).containsExactly(CONTROL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/admin",
        "/admin/ping",
        "/admin/index.txt",
        "/admin/server_info",
        "/admin/contention",
        "/admin/announcer",
        "/admin/lint",
        "/admin/lint.json",
        "/admin/threads",
        "/admin/threads.json",
        "/admin/pprof/heap",
        "/admin/pprof/profile",
        "/admin/pprof/contention",
        "/admin/tracing",
        "/admin/registry.json",
        "/admin/metrics/prometheus",
        "/admin/metrics/influxdb",
        "/requests",
        "/services",
        "/client_state.json",
        "/bound-names.json",
        "/namer_state/io.l5d.fs.json",
        "/http/interpreter_state/io.l5d.mesh/default.json",
        "/favicon.ico",
        "/no/such/page",
        "/files",
        "/admin/shutdown/",
        "/config.json/x"
      })
  void everythingElseIsOfDiagnostics(String path) {
    assertThat(servedBy(path)).containsExactly(DIAGNOSTICS);
  }

  /** In this order: the blacklist, then the category or the whitelist. */
  @ParameterizedTest
  @CsvSource({
    "true,  '',          '',          true",
    "false, '',          '',          false",
    "false, /admin/ping, '',          true",
    "false, /admin/pi,   '',          false",
    "false, ping,        '',          false",
    "false, .*,          '',          true",
    "true,  '',          /admin/ping, false",
    "true,  '',          /admin,      true",
    "true,  /admin/ping, /admin/ping, false",
    "false, /admin/ping, .*/ping,     false"
  })
  void listsAndCategoryInOrder(boolean enabled, String white, String black, boolean served) {
    var security = new Security(true, true, enabled, patterns(white), patterns(black));

    // A pattern that matches a part of the path only is no match.
    assertThat(security.serves("/admin/ping")).isEqualTo(served);
  }

  @Test
  void withoutTheBlockEverythingIsServed() throws IOException {
    start(config(null), pages());

    assertThat(get("/").status()).isEqualTo(200);
    assertThat(get("/admin/ping").status()).isEqualTo(200);
    assertThat(post("/logging.json?logger=root&level=INFO").status()).isEqualTo(200);
  }

  @Test
  void withoutDiagnosticsPrometheusAndPingAreGoneUnlessWhitelisted() throws IOException {
    var whitelist = List.of(Pattern.compile("/admin/metrics/prometheus"));
    start(
        config(new Security(true, true, false, whitelist, List.of())),
        pages().add("/admin/metrics/prometheus", _ -> AdminResponse.text("a 1\n").now()));

    assertThat(get("/admin/metrics/prometheus?endpoints=true").status()).isEqualTo(200);
    assertThat(get("/admin/ping").status()).isEqualTo(404);
  }

  @Test
  void withoutTheUiMetricsJsonIsGone() throws IOException {
    start(config(new Security(false, true, true, List.of(), List.of())), pages());

    assertThat(get("/admin/metrics.json").status()).isEqualTo(404);
    assertThat(get("/admin/ping").status()).isEqualTo(200);
  }

  @Test
  void withoutControlTheLoggingPageLoadsAndChangesNothing() throws IOException {
    start(
        config(new Security(true, false, true, List.of(), List.of())),
        pages().add("/logging", _ -> AdminResponse.text("levels").now()));

    assertThat(get("/logging").status()).isEqualTo(200);
    assertThat(post("/logging.json?logger=root&level=ERROR").status()).isEqualTo(404);
    assertThat(logging.getLogger("ROOT").getLevel().toString()).isEqualTo("DEBUG");
  }

  @Test
  void whatIsRejectedIsAnEmpty404AlsoForPeople() throws IOException {
    start(config(UI), pages());

    var rejected = get("/admin/ping", "Accept: text/html");
    assertThat(rejected.status()).isEqualTo(404);
    assertThat(rejected.body()).isEmpty();
  }

  private static List<Security> servedBy(String path) {
    return Stream.of(UI, CONTROL, DIAGNOSTICS).filter(only -> only.serves(path)).toList();
  }

  private static Security only(boolean ui, boolean control, boolean diagnostics) {
    return new Security(ui, control, diagnostics, List.of(), List.of());
  }

  private static List<Pattern> patterns(String one) {
    return one.isEmpty() ? List.of() : List.of(Pattern.compile(one));
  }
}

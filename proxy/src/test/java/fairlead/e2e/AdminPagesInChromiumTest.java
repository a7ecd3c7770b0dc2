package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The admin pages of a host of the mesh under load, with real Consul, in a real browser. With
 * {@code -Dfairlead.write=true} the pictures of {@code docs/} are taken anew.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdminPagesInChromiumTest {
  private static final int RATE = 40;
  private static final List<String> PAGES =
      List.of(
          "",
          "services",
          "endpoints",
          "discovery",
          "delegator",
          "why",
          "recent",
          "configuration",
          "logging",
          "help");

  private final Path pictures =
      Boolean.getBoolean("fairlead.write")
          ? Parts.ROOT.resolve("docs/pictures")
          : Path.of("target", "pictures");

  private @Nullable OneHost host;
  private @Nullable Service one;
  private @Nullable Service two;
  private @Nullable Fairlead fairlead;
  private @Nullable Browser browser;
  private @Nullable Load load;

  @BeforeAll
  void start(@TempDir Path dir) throws IOException {
    Files.createDirectories(pictures);
    browser = Browser.start(dir.resolve("profile"));
    host = OneHost.create(dir);
    one = host().service("web", "web-1", 1);
    two = host().service("web", "web-2", 2);
    fairlead = host().serve();
    load = Load.start(host().front(), "web", "/", RATE);
  }

  @AfterAll
  void stop() throws Exception {
    if (load != null) {
      load.stop();
    }
    for (var each : new AutoCloseable[] {browser, fairlead, one, two, host}) {
      if (each != null) {
        each.close();
      }
    }
  }

  @AfterEach
  void nothingWentWrong() {
    var faults = List.copyOf(browser().faults());
    browser().faults().clear();
    assertThat(faults).isEmpty();
    assertThat(browser().requests())
        .allMatch(url -> url.startsWith(url("")) || url.equals("about:blank"));
  }

  private OneHost host() {
    return Objects.requireNonNull(host);
  }

  private Browser browser() {
    return Objects.requireNonNull(browser);
  }

  private String url(String page) {
    return "http://127.0.0.1:" + host().admin + "/" + page;
  }

  private static String name(String page) {
    return page.isEmpty() ? "overview" : page.replaceFirst("[#?].*", "");
  }

  private void open(String page) {
    browser().open(url(page));
    browser().awaitTrue("document.querySelector('main h1')");
  }

  private void photograph(String name) throws IOException {
    browser().photograph(pictures.resolve(name + ".png"));
  }

  @Test
  @Order(1)
  void theOverviewShowsWhatGoesThroughNowAndDidBefore() throws IOException {
    browser().look(1280, 1000, false);
    open("");

    browser()
        .awaitTrue(
            "[...document.querySelectorAll('.tile b')].some(b => +b.textContent > "
                + RATE / 4
                + ")");
    browser().awaitText("100.00 %");
    browser()
        .awaitTrue("document.querySelectorAll('path.requests[d*=L]').length >= 4"); // two samples
    assertThat(browser().text()).contains("Router outgoing", "Router incoming", "svc/web", "2 / 2");
    photograph("overview");
  }

  @Test
  @Order(2)
  void howFastSomethingGrowsIsNotToldBeforeTheSecondAnswer() {
    open("help");

    var told =
        browser()
            .evaluate(
                """
                import('./files/data.js').then(({ number, rates }) => {
                  const now = { atMs: 3000, n: 50 };
                  return [null, { atMs: 1000, n: 10 }].map((earlier) => number(rates(now, earlier)('n')));
                })
                """);

    assertThat(told).extracting(JsonNode::asText).containsExactly("\u2026", "20");
  }

  @Test
  @Order(2)
  void theRouterIsChosenByTheAddress() {
    open("?router=incoming");

    browser().awaitText("Router incoming");
    assertThat(browser().text()).doesNotContain("Router outgoing", "Incoming connections");
  }

  @Test
  @Order(2)
  void aPageThatIsHiddenAsksNothing() throws InterruptedException {
    open("");
    long begun = System.nanoTime();
    Eventually.until("it asks", Duration.ofSeconds(60), () -> answers() >= 4);
    long nanos = System.nanoTime() - begun; // where answers take long it asks less often
    hide(true);
    Thread.sleep(500); // what was asked before is answered
    long asked = answers();
    Thread.sleep(Duration.ofNanos(nanos));
    assertThat(answers()).as("while it is hidden").isEqualTo(asked);

    hide(false);

    Eventually.until("it asks again", Duration.ofSeconds(60), () -> answers() >= asked + 3);
    assertThat(answers("history.json?since=0")).as("what is known is not told again").isEqualTo(1);
  }

  /** As when another tab is in front. */
  private void hide(boolean hidden) {
    browser()
        .evaluate(
            "Object.defineProperty(document, 'hidden', {configurable: true, value: %b});"
                    .formatted(hidden)
                + "document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))");
  }

  private long answers() {
    return answers("overview.json");
  }

  /** Of this page, since the present one was opened. */
  private long answers(String page) {
    return browser()
        .evaluate(
            "performance.getEntriesByType('resource').filter(e => e.name.endsWith('/%s')).length"
                .formatted(page))
        .asLong();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 1280, 2560})
  @Order(3)
  void everyPageFitsPhonesAndWalls(int width) throws IOException {
    browser().look(width, width == 400 ? 800 : 1000, width != 1280);
    for (String page : PAGES) {
      open(page);
      browser().awaitTrue("document.querySelector('main').innerText.length > 25");

      assertThat(browser().evaluate("document.documentElement.scrollWidth").asInt())
          .as("the width of '%s'", page)
          .isLessThanOrEqualTo(width);
      assertThat(browser().evaluate("getComputedStyle(document.body).backgroundColor").asText())
          .as("%s by day and by night", page)
          .isEqualTo(width == 1280 ? "rgb(246, 247, 248)" : "rgb(20, 24, 27)");
      if (page.isEmpty() && width != 1280) {
        browser().awaitText("100.00 %");
        photograph(width == 400 ? "overview-phone" : "overview-wall");
      } else if (width == 1280 && !page.isEmpty() && !page.equals("why")) {
        photograph(name(page));
      }
    }
  }

  @Test
  @Order(4)
  void thePlaygroundAnswersForADtabThatIsOnlyTried() throws IOException {
    browser().look(1280, 800, false);
    open("delegator?router=outgoing#/svc/web");
    browser().awaitText("Bound Path");
    browser()
        .evaluate(
            """
            const dtab = document.querySelector('textarea');
            dtab.value += '\\n/svc/web => /$/fail | /$/inet/127.0.0.1/9 ;';
            dtab.dispatchEvent(new Event('input'));
            document.querySelector('main form button').click();
            """);

    browser().awaitText("Explicit Failure");
    browser().evaluate("document.querySelector('.node .note[tabindex]').focus()");
    browser().awaitTrue("document.querySelector('.rules .used')");
    photograph("delegator");
    assertThat(Caller.once(host().front(), "web", "/").status()).isEqualTo(200);
  }

  @Test
  @Order(5)
  void aLineForCurlIsExplained() throws IOException {
    open("why");
    browser().evaluate("document.querySelector('textarea').select()");
    browser()
        .type(
            "curl -sS -X POST --header 'Host: web' -d '{\"a\": 1}' \"http://10.0.0.1:4140/a?b=c\"");
    browser().evaluate("document.querySelector('main form button').click()");

    browser().awaitText("io.l5d.header.token (Host): /svc/web");
    assertThat(browser().text())
        .contains("POST http://10.0.0.1:4140/a?b=c", "/#/io.l5d.consul/.local/web", "io.l5d.port");
    photograph("why");
  }

  @Test
  @Order(6)
  void aClickChangesHowMuchALoggerSays() {
    open("logging");
    String root =
        "[...document.querySelectorAll('tr')].find(r => r.cells[0].textContent === 'root')";
    browser().awaitTrue(root + "?.querySelector('[aria-pressed=true]').textContent === 'INFO'");
    browser()
        .evaluate(
            "[..."
                + root
                + ".querySelectorAll('button')].find(b => b.textContent === 'WARNING').click()");

    browser().awaitTrue(root + "?.querySelector('[aria-pressed=true]').textContent === 'WARNING'");
  }

  @Test
  @Order(7)
  void keysGoWhereTheySay() {
    open("");
    browser().press("3", "3");
    browser().awaitTrue("location.pathname === '/endpoints'");
    browser().awaitTrue("document.querySelector('main h1')");
    browser().press("0", "0");
    browser().awaitTrue("location.pathname === '/help'");
    browser().awaitTrue("document.querySelector('main h1')");
    browser().press("5", "5");
    browser().awaitTrue("location.pathname === '/delegator'");
    browser().awaitText("Bound Path");
    browser().press("/", "/");
    browser().awaitTrue("document.activeElement.name === 'path'");
  }

  @Test
  @Order(9)
  void whoIsOutIsShownWithTheReason() throws IOException {
    browser().look(1280, 800, false);
    open("endpoints");
    browser().awaitTrue("document.querySelectorAll('td .good').length >= 3");
    host().consul.kill(); // what it said last stays
    Objects.requireNonNull(two).program().kill();

    browser().awaitTrue("document.querySelector('td .bad, td .poor')");
    browser().awaitTrue("document.body.innerText.toLowerCase().includes('refused')");
    photograph("endpoints");
  }

  @Test
  @Order(8)
  void theWatchesOfConsulAreShownWithTheirAge() throws IOException {
    open("discovery");

    browser().awaitText("io.l5d.consul");
    browser().awaitText("running");
    browser().awaitTrue("/\\d+ s ago/.test(document.body.innerText)");
    photograph("discovery");
  }

  @Test
  @Order(10)
  void aPageThatGetsNoAnswerSaysSo() {
    open("");
    browser().awaitText("Router outgoing");
    var program = Objects.requireNonNull(fairlead).program();
    program.kill();
    Eventually.until("it ended", Duration.ofSeconds(20), () -> !program.running());

    browser().awaitText("trying again");
    assertThat(browser().text()).as("what was known stays").contains("Router outgoing");
    browser().faults().clear(); // what is gone cannot be loaded
  }
}

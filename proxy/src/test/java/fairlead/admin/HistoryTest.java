package fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fairlead.activity.FakeSerialExecutor;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.MetricsTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final int LAST = History.SAMPLES - 1;

  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final MetricsTree tree = new MetricsTree();
  private final Metrics web = service("web");
  private final History history = History.start(tree::snapshot, control);

  private Metrics service(String name) {
    return tree.scope("rt").scope("out").scope("service").scope("svc/" + name);
  }

  @BeforeEach
  void begin() {
    web.counter("requests").increment();
    control.runUntilIdle();
  }

  private void pass(int samples) {
    for (int n = 0; n < samples; n++) {
      control.advance(History.INTERVAL);
    }
  }

  private static void count(Metrics of, String name, int times) {
    for (int n = 0; n < times; n++) {
      of.counter(name).increment();
    }
  }

  private JsonNode shown(String name, String what) {
    return history.show(0).at("/routers/out/service/svc~1" + name + "/" + what);
  }

  @Test
  void ratesAreOfTheIntervalAndTheNewestIsLast() {
    count(web, "requests", 50);
    count(web, "failures", 5);
    pass(1);
    count(web, "requests", 20);
    pass(1);

    assertThat(shown("web", "requests")).hasSize(History.SAMPLES);
    assertThat(shown("web", "requests").get(LAST).asDouble()).isEqualTo(2);
    assertThat(shown("web", "requests").get(LAST - 1).asDouble()).isEqualTo(5);
    assertThat(shown("web", "failures").get(LAST - 1).asDouble()).isEqualTo(0.5);
    assertThat(shown("web", "requests").get(LAST - 2).isNull()).as("before it began").isTrue();
  }

  @Test
  void nothingElseIsRead() {
    int[] reads = {0};
    web.gauge("pending", () -> ++reads[0]);
    pass(1);

    assertThat(reads[0]).isZero();
  }

  @Test
  void latenciesAreThoseOfTheLastWindow() {
    web.stat("request_latency_ms").add(7);
    tree.summariseNow();
    pass(1);

    assertThat(shown("web", "p99").get(LAST).asDouble()).isEqualTo(7);
    tree.summariseNow();
    pass(1);
    assertThat(shown("web", "p99").get(LAST).isNull()).as("an empty window").isTrue();
  }

  @Test
  void tenMinutesAreKept() {
    count(web, "requests", 100);
    pass(1);
    pass(LAST);

    assertThat(shown("web", "requests").get(0).asDouble()).isEqualTo(10);
    pass(1);
    assertThat(shown("web", "requests").get(0).asDouble()).isZero();
  }

  @Test
  void whatWasAwayHasAGap() {
    var users = service("users");
    count(users, "requests", 1);
    pass(1);
    users.remove();
    pass(3);
    count(service("users"), "requests", 1);
    pass(1);

    assertThat(shown("users", "requests").get(LAST).isNumber()).isTrue();
    assertThat(shown("users", "requests").get(LAST - 1).isNull()).isTrue();
  }

  @Test
  void whatIsAwayIsNotKnown() {
    var users = service("users");
    count(users, "requests", 1);
    pass(1);
    pass(3);
    users.remove();
    pass(LAST);

    assertThat(shown("users", "requests").get(0).isNumber()).isTrue();
    assertThat(shown("users", "requests").get(1).isNull()).isTrue();
    assertThat(shown("users", "requests").get(LAST).isNull()).as("not what was long ago").isTrue();
  }

  @Test
  void onlyWhatIsNewIsAskedFor() {
    pass(3);
    long taken = history.show(0).get("taken").asLong();
    count(web, "requests", 70);
    pass(2);

    var since = history.show(taken);

    assertThat(since.get("taken").asLong()).isEqualTo(taken + 2);
    assertThat(since.at("/routers/out/service/svc~1web/requests").toString())
        .isEqualTo("[7.0,0.0]");
    assertThat(history.show(taken + 9).at("/routers/out/service/svc~1web/requests"))
        .as("the number of another process")
        .hasSize(History.SAMPLES);
  }

  @Test
  void whatIsGoneForTenMinutesIsForgotten() {
    count(service("users"), "requests", 1);
    pass(1);
    service("users").remove();
    pass(History.SAMPLES - 1);
    assertThat(shown("users", "requests").isMissingNode()).isFalse();

    pass(2);

    assertThat(shown("users", "requests").isMissingNode()).isTrue();
  }

  @Test
  void manyNamesTakeNoMoreMemory() {
    for (int n = 0; n < History.MOST + 10; n++) {
      count(service("s" + n), "requests", 1);
    }
    pass(1);

    assertThat(history.show(0).at("/routers/out/service")).hasSize(History.MOST);
    assertThat(shown("web", "requests").isMissingNode()).as("who came first stays").isFalse();
  }
}

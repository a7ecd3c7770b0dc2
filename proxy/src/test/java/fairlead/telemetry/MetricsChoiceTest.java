package fairlead.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MetricsChoiceTest {
  private final MetricsTree tree = new MetricsTree();

  @Test
  void onlyWhatIsNamedIsReadAtEachPlaceThatFits() {
    var read = new AtomicInteger();
    for (String name : new String[] {"svc/web", "svc/users"}) {
      var service = tree.scope("rt").scope("out").scope("service").scope(name);
      service.counter("requests").add(3);
      service.scope("failures").counter("Timeout").increment();
      service.gauge("pending", read::incrementAndGet);
      service.scope("retries").counter("total").add(2);
    }

    var found =
        tree.snapshot(
            MetricsChoice.of("rt/*/service/*/requests", "rt/*/service/*/retries/total", "jvm/x"));

    assertThat(found.children().keySet()).containsExactly("rt");
    var services = requireNonNull(found.at("rt/out/service")).children();
    assertThat(services.keySet()).containsExactly("svc/users", "svc/web");
    assertThat(found.at("rt/out/service/svc/web/requests/"))
        .isEqualTo(tree.snapshot().at("rt/out/service/svc/web/requests"));
    assertThat(requireNonNull(services.get("svc/web")).children().keySet())
        .containsExactly("requests", "retries");
    assertThat(read).as("by the whole snapshot alone").hasValue(2);
  }

  @Test
  void whatIsNamedIsNoneOfTheOthers() {
    tree.counter("one").increment();
    tree.counter("two").increment();
    tree.scope("two").counter("below").increment();

    var found = tree.snapshot(MetricsChoice.of("*", "two/below"));

    assertThat(requireNonNull(found.at("one")).value()).isNotNull();
    assertThat(requireNonNull(found.at("two")).value()).isNull();
    assertThat(found.at("two/below")).isNotNull();
  }

  @Test
  void aNodeHasItsValueAndWhatIsBelowApart() {
    var failures = tree.scope("failures");
    tree.counter("failures").add(2);
    failures.counter("Timeout").add(2);

    assertThat(
            requireNonNull(tree.snapshot(MetricsChoice.of("failures")).at("failures")).children())
        .isEmpty();
    var below = requireNonNull(tree.snapshot(MetricsChoice.of("*/Timeout")).at("failures"));
    assertThat(below.value()).isNull();
    assertThat(below.children().keySet()).containsExactly("Timeout");
  }
}

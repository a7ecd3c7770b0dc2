package fairlead.discovery.fs;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.State;
import fairlead.discovery.inet.ScriptedResolver;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointFileTest {
  private final ScriptedResolver resolver = new ScriptedResolver();

  @Test
  void readsHostsPortsWeightsAndComments() {
    resolver.found("10.0.0.1", "10.0.0.1");
    resolver.found("web", "10.0.0.2", "10.0.0.3");
    String text =
        """
        # file web
        10.0.0.1 8080

          web\t8080 * 0.5   # half weight
        gone 1
        """;

    assertThat(endpoints(text)).containsExactly("10.0.0.1:8080", "10.0.0.2:8080 * 0.5", "gone:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# nothing\n"})
  void anEmptyFileIsASetOfNone(String text) {
    assertThat(endpoints(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host",
        "host 0",
        "host 65536",
        "host -1",
        "host x",
        "host 80 0.5",
        "host 80 * 0",
        "host 80 * -1",
        "host 80 * x",
        "host 80 * 1e3",
        "host 80 * 1 2",
        "host:80",
        "host 80 *"
      })
  void aBadLineFailsTheWholeFile(String line) {
    assertThat(EndpointFile.parse("/d/web", "10.0.0.1 80\n" + line + " # why\n", resolver))
        .isEqualTo(
            new State.Failed<>(
                "/d/web:2: '%s' is no endpoint; write 'host port' or 'host port * weight'"
                    .formatted(line)));
  }

  private List<String> endpoints(String text) {
    return EndpointFile.parse("web", text, resolver) instanceof State.Ok<Addr>(Addr.Live live)
        ? live.endpoints().stream().map(Endpoint::toString).sorted().toList()
        : List.of("failed");
  }
}

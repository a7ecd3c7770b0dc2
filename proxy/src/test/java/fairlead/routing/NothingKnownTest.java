package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.naming.NameTree;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a caller is told of a name whose source could not be asked. */
class NothingKnownTest {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void fault03_aNameOfWhichNothingIsKnownIs503WithTheReason() throws Exception {
    rig.interpreter.name("web").set(new NameTree.Neg<>("Consul at c:8500: connection refused"));

    var answer = rig.caller().ask("GET / HTTP/1.1\r\nHost: web\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
    assertThat(Wire.header(answer, "l5d-err"))
        .startsWith("Consul+at+c%3A8500%3A+connection+refused%0AUnable+to+route+request%21");
    assertThat(Wire.header(answer, "l5d-retryable")).isEqualTo("true");
  }

  @Test
  void aNameThatIsCertainlyNotThereIs502() throws Exception {
    rig.interpreter.name("web").set(new NameTree.Neg<>());

    var answer = rig.caller().ask("GET / HTTP/1.1\r\nHost: web\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
    assertThat(Wire.header(answer, "l5d-err")).startsWith("Unable+to+route+request%21");
  }
}

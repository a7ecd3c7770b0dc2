package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.routing.explain.Explained;
import fairlead.server.AddressRange;
import fairlead.server.Diagnostics;
import fairlead.server.GuardConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The diagnostic {@code TRACE} on the wire: {@code spec/http.md} §14, each cell of its table. */
@Timeout(60)
class DiagnosticTraceTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n dogs\n";

  private final Rig rig = rig("127.0.0.0/8", false);

  private static Rig rig(String from, boolean clearContext) {
    var options = new Rig.Options();
    var usual = GuardConfig.DEFAULT;
    options.clearContext = clearContext;
    options.guard =
        new GuardConfig(
            usual.patience(),
            null,
            null,
            List.of(),
            false,
            new Diagnostics(List.of(AddressRange.parse(from)), Duration.ofSeconds(1)));
    options.explaining =
        (_, _) ->
            CompletableFuture.completedFuture(
                new Explained(
                    "",
                    "http",
                    List.of(),
                    "/svc/dog",
                    List.of(),
                    List.of(),
                    List.of(),
                    "",
                    List.of("/svc/dog", "/#/test/dog (/svc=>/#/test)")));
    return new Rig(options);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static String trace(String... fields) {
    return "TRACE / HTTP/1.1\r\nHost: dog\r\n" + String.join("", fields) + "\r\n";
  }

  private static String block(TestBackend backend) {
    return """
    --- Router: http ---
    request duration: N ms
    service name: /svc/dog
    client name: /#/test/dog
    addresses: [127.0.0.1:%1$d]
    selected address: 127.0.0.1:%1$d
    dtab resolution:
      /svc/dog
      /#/test/dog (/svc=>/#/test)
    """
        .formatted(backend.address().getPort());
  }

  private static String body(String answer) {
    return answer
        .substring(answer.indexOf("\r\n\r\n") + 4)
        .replaceFirst("duration: [0-9]+ ms", "duration: N ms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "True"})
  void theBlockIsAppendedToTheAnswer(String value) throws Exception {
    var backend = rig.backend("dog", OK);

    String answer = rig.caller().ask(trace("l5d-add-context: " + value + "\r\n"));

    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(body(answer)).isEqualTo("dogs\n\n" + block(backend));
    assertThat(backend.head()).startsWith("TRACE / HTTP/1.1\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "l5d-add-context: false\r\n", "l5d-add-context: yes\r\n"})
  void withoutItTheAnswerPasses(String field) throws Exception {
    rig.backend("dog", OK);

    assertThat(rig.caller().ask(trace(field))).endsWith("\r\n\r\n dogs\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "l5d-add-context: 1\r\n"})
  void maxForwardsIsCountedDown(String field) throws Exception {
    var backend = rig.backend("dog", OK);

    String answer = rig.caller().ask(trace("Max-Forwards: 2\r\n", field));

    assertThat(backend.head()).contains("Max-Forwards: 1\r\n");
    assertThat(body(answer)).isEqualTo(field.isEmpty() ? " dogs\n" : "dogs\n\n" + block(backend));
  }

  @Test
  void theLastHopAnswersItself() throws Exception {
    var backend = rig.backend("dog", OK);
    var caller = rig.caller();

    assertThat(caller.ask(trace("Max-Forwards: 0\r\n")))
        .startsWith("HTTP/1.1 200")
        .endsWith("\r\n\r\n")
        .contains("Content-Length: 0\r\n");
    assertThat(body(caller.ask(trace("Max-Forwards: 0\r\n", "l5d-add-context: 1\r\n"))))
        .isEqualTo(block(backend));
    assertThat(backend.heads).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "l5d-add-context: 1\r\n"})
  void maxForwardsThatIsNoNumberIsRefused(String field) throws Exception {
    var backend = rig.backend("dog", OK);

    String answer = rig.caller().ask(trace("Max-Forwards: many\r\n", field));

    assertThat(answer)
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .endsWith("\r\n\r\nInvalid value for Max-Forwards header");
    assertThat(backend.heads).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10_000})
  void aStreamedAnswerIsReplaced(int length) throws Exception {
    String answered =
        length == 0
            ? """
            HTTP/1.1 200 OK\r
            X-Own: 1\r
            Transfer-Encoding: chunked\r
            \r
            4\r
            dogs\r
            0\r
            \r
            """
            : "HTTP/1.1 200 OK\r\nX-Own: 1\r\nContent-Length: 10000\r\n\r\n" + "d".repeat(length);
    var backend = rig.backend("dog", answered);
    var caller = rig.caller();

    String body = body(caller.ask(trace("l5d-add-context: 1\r\n")));

    assertThat(body)
        .contains("X-Own: 1\n", "HTTP/1.1 200 OK\n")
        .doesNotContain("dogs", "dddd")
        .endsWith(
            "Diagnostic trace encountered chunked response. Response content discarded.\n\n"
                + block(backend));
    assertThat(caller.ask("GET / HTTP/1.1\r\nHost: other\r\n\r\n")).startsWith("HTTP/1.1 502 ");
  }

  @Test
  void clearContextTakesTheBlockAway() throws Exception {
    try (var clearing = rig("127.0.0.1", true)) {
      clearing.backend("dog", OK);

      assertThat(clearing.caller().ask(trace("l5d-add-context: 1\r\n")))
          .endsWith("\r\n\r\n dogs\n");
    }
  }

  @Test
  void threat26_nobodyElseIsServed() throws Exception {
    try (var strict = rig("192.0.2.1", false)) {
      var backend = strict.backend("dog", OK);

      assertThat(strict.caller().ask(trace("l5d-add-context: 1\r\n")))
          .startsWith("HTTP/1.1 501 Not Implemented\r\n");
      assertThat(backend.heads).isEmpty();
    }
  }
}

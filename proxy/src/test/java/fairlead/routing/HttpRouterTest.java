package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpRouterTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void passesARequestToTheBackendOfItsHostAndTheAnswerBack() throws Exception {
    var backend = rig.backend("web", OK);

    var answer = rig.caller().ask("GET /a?b=c HTTP/1.1\r\nHost: web\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
    assertThat(Wire.header(answer, "Via")).isEqualTo("1.1 linkerd");
    assertThat(Wire.header(answer, "l5d-success-class")).isEqualTo("1.0");
    var head = backend.head();
    assertThat(head).startsWith("GET /a?b=c HTTP/1.1\r\nHost: web\r\n");
    assertThat(Wire.header(head, "Via")).isEqualTo("1.1 linkerd");
    assertThat(Wire.header(head, "l5d-dst-service")).isEqualTo("/svc/web");
    assertThat(Wire.header(head, "l5d-dst-client")).isEqualTo("/#/test/web");
    assertThat(Wire.header(head, "l5d-reqid")).hasSize(16);
    assertThat(Wire.header(head, "l5d-ctx-trace")).isNotNull();
    assertThat(rig.counter("rt", "http", "server", "127.0.0.1/0", "requests")).isEqualTo(1);
    assertThat(rig.counter("rt", "http", "service", "svc/web", "success")).isEqualTo(1);
    assertThat(rig.counter("rt", "http", "client", "#/test/web", "success")).isEqualTo(1);
    assertThat(rig.counter("rt", "http", "client", "#/test/web", "service", "svc/web", "requests"))
        .isEqualTo(1);
  }
}

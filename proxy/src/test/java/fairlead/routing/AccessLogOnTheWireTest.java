package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.routing.classify.HttpClassifier;
import fairlead.routing.classify.Retryable;
import fairlead.telemetry.access.AccessLogConfig;
import fairlead.telemetry.access.AccessLogConfig.Form;
import fairlead.telemetry.access.AccessLogConfig.Target;
import fairlead.telemetry.access.LogField;
import fairlead.telemetry.access.RollPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is logged of requests ({@code spec/http.md} §15, §17.10). */
@Timeout(60)
class AccessLogOnTheWireTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String BAD = "HTTP/1.1 500 Bad\r\nContent-Length: 3\r\n\r\nbad";

  @TempDir Path dir;
  private @Nullable Rig rig;

  @AfterEach
  void close() {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  void linkerdsFormHasALineForEachAttemptThatGotAResponse() throws Exception {
    var options = logging(new Form.Linkerd(false));
    options.service = ServiceConfig.usual(new HttpClassifier(Retryable.READ, false), null);
    var started = start(options);
    var failing = new java.util.concurrent.atomic.AtomicBoolean(true);
    started.backend(
        "web",
        wire -> {
          while (wire.request() != null) {
            wire.send(failing.getAndSet(false) ? BAD : OK);
          }
        });

    var caller = started.caller();
    caller.ask("GET /foo?bar=bah HTTP/1.1\r\nHost: web\r\nUser-Agent: curl/7.64\r\n\r\n");
    caller.ask("GET /nowhere HTTP/1.1\r\nHost: unknown\r\n\r\n");
    caller.ask("GET /x HTTP/1.1\r\nHost: web\r\nReferer: a\"b\\c\r\n\r\n");

    Await.until("three are written", () -> started.count("rt/http/access_log/lines") == 3);
    String begin = "web 127\\.0\\.0\\.1 - - \\[\\d\\d/\\d\\d/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\w+] ";
    var lines = lines();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .matches(begin + "\"GET /foo\\?bar=bah HTTP/1\\.1\" 500 3 \"-\" \"curl/7\\.64\"");
    assertThat(lines.get(1))
        .matches(begin + "\"GET /foo\\?bar=bah HTTP/1\\.1\" 200 2 \"-\" \"curl/7\\.64\"");
    assertThat(lines.get(2))
        .matches(begin + "\"GET /x HTTP/1\\.1\" 200 2 \"a\\\\\"b\\\\\\\\c\" \"-\"");
  }

  @Test
  void overHttp2ItHasANumericZoneAndNoLength() throws Exception {
    var options = Http2.options();
    options.accessLogs =
        List.of(
            file(dir.resolve("access.log"), new Form.Linkerd(true)),
            file(dir.resolve("access.json"), new Form.Json(List.of(LogField.PROTOCOL))));
    try (var http2 = new Http2(options)) {
      http2.rig.backend("web", OK);
      try (var caller = http2.caller()) {
        Http2.serves(caller, 1);
      }
      http2.rig.router.close();

      assertThat(Files.readString(dir.resolve("access.log")))
          .matches(
              "web 127\\.0\\.0\\.1 - - \\[\\S+ [+-]\\d{4}] \"GET \\S+ HTTP/2\" 200 - \"-\""
                  + " \"-\"\n");
      assertThat(Files.readString(dir.resolve("access.json")))
          .isEqualTo("{\"protocol\":\"HTTP/2\"}\n");
    }
  }

  @Test
  void oursHasALineForEachRequestWhoeverAnsweredIt() throws Exception {
    var started = start(logging(new Form.Json(List.of(LogField.values()))));
    var backend = started.backend("web", OK);

    var caller = started.caller();
    caller.ask(
        "POST /a?b HTTP/1.1\r\nHost: web\r\nUser-Agent: \"x\"\r\nContent-Length: 5\r\n\r\nhello");
    caller.ask("GET /nowhere HTTP/1.1\r\nHost: unknown\r\n\r\n");

    var lines = lines().stream().map(AccessLogOnTheWireTest::json).toList();
    assertThat(lines).hasSize(2);
    var good = lines.get(0);
    assertThat(good.get("time").textValue()).matches("\\d{4}-.*T.*\\.\\d{3}Z");
    assertThat(good.get("router").textValue()).isEqualTo("http");
    assertThat(good.get("peer").textValue()).isEqualTo("127.0.0.1");
    assertThat(good.get("method").textValue()).isEqualTo("POST");
    assertThat(good.get("host").textValue()).isEqualTo("web");
    assertThat(good.get("target").textValue()).isEqualTo("/a?b");
    assertThat(good.get("protocol").textValue()).isEqualTo("HTTP/1.1");
    assertThat(good.get("status").intValue()).isEqualTo(200);
    assertThat(good.get("requestBytes").intValue()).isEqualTo(5);
    assertThat(good.get("responseBytes").intValue()).isEqualTo(2);
    assertThat(good.get("durationMs").doubleValue())
        .isGreaterThanOrEqualTo(good.get("responseMs").doubleValue());
    assertThat(good.get("service").textValue()).isEqualTo("/svc/web");
    assertThat(good.get("client").textValue()).isEqualTo("/#/test/web");
    assertThat(good.get("endpoint").textValue())
        .isEqualTo("127.0.0.1:" + backend.address().getPort());
    assertThat(good.get("retries").intValue()).isZero();
    assertThat(good.get("outcome").textValue()).isEqualTo("answered");
    assertThat(good.get("userAgent").textValue()).isEqualTo("\"x\"");
    assertThat(good.get("trace").textValue()).isEqualTo(Wire.header(backend.head(), "l5d-reqid"));
    assertThat(good.has("failure")).isFalse();
    assertThat(good.has("referer")).isFalse();
    var failed = lines.get(1);
    assertThat(failed.get("status").intValue()).isEqualTo(502);
    assertThat(failed.get("outcome").textValue()).isEqualTo("failed");
    assertThat(failed.get("failure").textValue()).startsWith("Unable to route request!\n");
    assertThat(failed.has("endpoint")).isFalse();
    assertThat(failed.has("client")).isFalse();
  }

  @Test
  void onlyTheFieldsThatWereChosenAreThere() throws Exception {
    var started = start(logging(new Form.Json(List.of(LogField.STATUS, LogField.FAILURE))));
    started.backend("web", OK);

    started.caller().ask("GET / HTTP/1.1\r\nHost: web\r\n\r\n");

    assertThat(lines()).containsExactly("{\"status\":200}");
  }

  @Test
  void aLineAllocatesLittle() throws Exception {
    long none = allocated(new Rig.Options());
    long linkerds = allocated(logging(new Form.Linkerd(false)));
    long ours = allocated(logging(new Form.Json(LogField.USUAL)));

    assertThat(linkerds - none).isLessThan(150);
    assertThat(ours - none).isLessThan(400);
  }

  /** Bytes that the loop allocates for a request, once it is warm. */
  static long allocated(Rig.Options options) throws IOException {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    int requests = 2000;
    try (var started = new Rig(options)) {
      started.backend("web", OK);
      var caller = started.caller();
      for (int i = 0; i < requests; i++) {
        caller.ask("GET /some/where HTTP/1.1\r\nHost: web\r\nUser-Agent: test\r\n\r\n");
      }
      long loop =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith("test-loop"))
              .mapToLong(Thread::threadId)
              .max()
              .orElseThrow();
      long before = threads.getThreadAllocatedBytes(loop);
      for (int i = 0; i < requests; i++) {
        caller.ask("GET /some/where HTTP/1.1\r\nHost: web\r\nUser-Agent: test\r\n\r\n");
      }
      return (threads.getThreadAllocatedBytes(loop) - before) / requests;
    }
  }

  @Test
  void fault29_aFileThatCannotBeWrittenIsToldAtTheStart() {
    var options = new Rig.Options();
    options.accessLogs = List.of(file(dir.resolve("none/access.log"), new Form.Linkerd(false)));

    assertThatThrownBy(() -> new Rig(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "router 'http': access log '"
                + dir
                + "/none/access.log' cannot be written: there is no such folder; let this user"
                + " write there, or name another file");
  }

  private Rig start(Rig.Options options) {
    rig = new Rig(options);
    return rig;
  }

  private Rig.Options logging(Form form) {
    var options = new Rig.Options();
    options.accessLogs = List.of(file(dir.resolve("access.log"), form));
    return options;
  }

  private static AccessLogConfig file(Path path, Form form) {
    var to = new Target.File(path.toString());
    return new AccessLogConfig(to, new RollPolicy.Never(), true, -1, form);
  }

  /** All of them: closing writes what is waiting. */
  private List<String> lines() throws IOException {
    if (rig != null) {
      rig.router.close();
    }
    return Files.readAllLines(dir.resolve("access.log"));
  }

  private static JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }
}

package fairlead.routing;

import static fairlead.http2.FrameWire.request;
import static fairlead.http2.FrameWire.response;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.routing.explain.Explained;
import fairlead.server.AddressRange;
import fairlead.server.Diagnostics;
import fairlead.server.GuardConfig;
import fairlead.server.ServerConfig.ForwardedConfig;
import fairlead.server.ServerConfig.Labeler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an h2 router does with heads: {@code spec/http.md} §17.3, §17.4, §17.12 and §17.13. */
@Timeout(60)
class Http2RouterTest {
  private static final String DOGS = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n dogs\n";

  private final Rig.Options options = Http2.options();
  private @Nullable Http2 http2;

  @AfterEach
  void close() {
    if (http2 != null) {
      http2.close();
    }
  }

  private Http2 open(Rig.Options with) {
    http2 = new Http2(with);
    return http2;
  }

  @Test
  void forwardedTellsAuthorityAndScheme() throws IOException {
    options.forwarded = new ForwardedConfig(new Labeler.Ip(), new Labeler.Ip());
    var at = open(options);
    var backend = at.rig.backend("web", Http2.OK);

    Http2.serves(at.caller(), 1);

    assertThat(Wire.header(backend.head(), "Forwarded"))
        .isEqualTo("by=127.0.0.1;for=127.0.0.1;authority=web;proto=http");
  }

  @Test
  void viaIsAddedToBothWays() throws Exception {
    var at = open(Http2.toHttp2());
    var seen = new CompletableFuture<List<String>>();
    at.backend(
        "web",
        peer -> {
          seen.complete(peer.fields(peer.await(f -> f.type() == Frame.HEADERS)));
          peer.send(Frame.headers(1, response(204, "via: 1.0 b"), true));
          peer.ping();
        });
    var caller = at.caller();
    caller.send(Frame.headers(1, request("GET", "/", "via: 1.1 a"), true));

    assertThat(caller.answer(1).head()).contains("via: 1.0 b, h2 linkerd");
    assertThat(seen.get(10, TimeUnit.SECONDS)).contains("via: 1.1 a, h2 linkerd");
  }

  @Test
  void withClearContextAnErrorHasNeitherTextNorType() throws IOException {
    options.clearContext = true;
    var caller = open(options).caller();
    caller.get(1, "/");

    var answer = caller.answer(1);

    assertThat(answer.status()).isEqualTo("502");
    assertThat(answer.body()).isEmpty();
    assertThat(answer.head()).noneMatch(f -> f.matches("(l5d-.*|content-(type|length)):.+"));
  }

  private static Rig.Options diagnosing(Rig.Options options) {
    var usual = GuardConfig.DEFAULT;
    var told = new Diagnostics(List.of(AddressRange.parse("127.0.0.1")), Duration.ofSeconds(1));
    options.guard = new GuardConfig(usual.patience(), null, null, List.of(), false, told);
    options.explaining =
        (_, _) -> CompletableFuture.completedFuture(Explained.nothing("h2", "as scripted"));
    return options;
  }

  @Test
  void aTraceIsAnsweredWithItsContext() throws IOException {
    var at = open(diagnosing(options));
    var backend = at.rig.backend("web", DOGS);
    var caller = at.caller();
    caller.send(
        Frame.headers(1, request("TRACE", "/", "l5d-add-context: 1", "max-forwards: 2"), true));

    var answer = caller.answer(1);

    assertThat(answer.status()).isEqualTo("200");
    assertThat(answer.body())
        .startsWith(" dogs\n\n--- Router: http ---\n")
        .contains("service name: /svc/web\n", "client name: /#/test/web\n")
        .endsWith("\n\n");
    assertThat(answer.head()).noneMatch(f -> f.startsWith("content-length"));
    assertThat(backend.head()).containsIgnoringCase("\r\nmax-forwards: 1\r\n");
  }

  @Test
  void theContextOfATraceComesBetweenAStreamedBodyAndItsTrailers() throws IOException {
    var at = open(diagnosing(Http2.toHttp2()));
    at.backend(
        "web",
        peer -> {
          peer.await(f -> f.type() == Frame.HEADERS);
          peer.send(Frame.headers(1, response(200), false));
          peer.send(Frame.data(1, ascii("some"), false));
          peer.send(Frame.data(1, ascii(" dogs"), false));
          peer.send(Frame.headers(1, FrameWire.block("x-sum: 2"), true));
          peer.ping();
        });
    var caller = at.caller();
    caller.send(Frame.headers(1, request("TRACE", "/", "l5d-add-context: 1"), true));

    var answer = caller.answer(1);

    assertThat(answer.body()).startsWith("some dogs\n--- Router: http ---\n").endsWith("\n\n");
    assertThat(answer.trailers()).contains("x-sum: 2");
  }

  @Test
  void theContextOfATraceIsTheBodyOfAnAnswerThatHasNone() throws IOException {
    var at = open(diagnosing(options));
    at.rig.backend("web", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    var caller = at.caller();
    caller.send(Frame.headers(1, request("TRACE", "/", "l5d-add-context: 1"), true));
    assertThat(caller.answer(1).body()).startsWith("\n--- Router: http ---\n").endsWith("\n\n");

    caller.send(Frame.headers(3, request("TRACE", "/", "l5d-add-context: 1"), true));
    assertThat(caller.answer(3).body()).startsWith("\n--- Router: http ---\n").endsWith("\n\n");
  }

  @Test
  void aTraceWithoutANumberIsTold400() throws IOException {
    var at = open(diagnosing(options));
    at.rig.backend("web", DOGS);
    var caller = at.caller();
    caller.send(Frame.headers(1, request("TRACE", "/", "max-forwards: many"), true));

    var answer = caller.answer(1);

    assertThat(answer.status()).isEqualTo("400");
    assertThat(answer.body()).isEqualTo("Invalid value for Max-Forwards header");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

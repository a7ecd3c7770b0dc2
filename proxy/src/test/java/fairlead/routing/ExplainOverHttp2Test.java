package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.routing.explain.Explained;
import fairlead.server.AddressRange;
import fairlead.server.Diagnostics;
import fairlead.server.GuardConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code l5d-explain} on an h2 router, whose backend sends a body without a length, in chunks. */
@Timeout(60)
class ExplainOverHttp2Test {
  private static final String STREAMED =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";

  private final Http2 http2 = new Http2(options());

  private static Rig.Options options() {
    var options = Http2.options();
    var usual = GuardConfig.DEFAULT;
    var told = new Diagnostics(List.of(AddressRange.parse("127.0.0.1")), Duration.ofSeconds(1));
    options.guard = new GuardConfig(usual.patience(), null, null, List.of(), false, told);
    options.explaining =
        (_, _) -> CompletableFuture.completedFuture(Explained.nothing("h2", "as scripted"));
    return options;
  }

  @AfterEach
  void close() {
    http2.close();
  }

  private FrameWire.Answer ask(FrameWire caller, int stream, String form) throws IOException {
    var head = FrameWire.request("POST", "/", "l5d-explain: " + form);
    caller.send(
        Frame.headers(stream, head, false),
        Frame.data(stream, "question".getBytes(StandardCharsets.US_ASCII), true));
    return caller.answer(stream);
  }

  @Test
  void theHeadTellsAndTheBodyPasses() throws IOException {
    var backend = http2.rig.backend("web", STREAMED);

    var answer = ask(http2.caller(), 1, "1");

    assertThat(answer.status()).isEqualTo("200");
    assertThat(answer.body()).isEqualTo("body");
    assertThat(answer.head())
        .filteredOn(line -> line.startsWith("l5d-explain: {\"router\":\"h2\""))
        .singleElement()
        .asString()
        .contains("\"endpoint\":\"127.0.0.1:" + backend.address().getPort());
    assertThat(backend.head()).contains("l5d-explain: 1\r\n");
  }

  @Test
  void theBodyIsReplacedAndTheConnectionGoesOn() throws IOException {
    http2.rig.backend("web", STREAMED);
    var caller = http2.caller();

    var answer = ask(caller, 1, "json");

    var told = new ObjectMapper().readTree(answer.body());
    assertThat(told.at("/hops/0/result").textValue()).isEqualTo("as scripted");
    assertThat(told.at("/hops/0/attempts/0/end").textValue()).isEqualTo("200");
    assertThat(answer.head()).contains("content-length: " + answer.body().length());
    Http2.serves(caller, 3);
  }
}

package fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http.TraceId;
import fairlead.telemetry.trace.RecentRequests;
import fairlead.telemetry.trace.Span;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code spec/admin.md} §11.6. */
class RecentRequestsPageTest {
  private final RecentRequests recent = new RecentRequests(2);
  private final AdminPages pages = new AdminPages();

  @BeforeEach
  void addPages() {
    RecentRequestsPage.addTo(pages, recent);
  }

  @Test
  void theJsonTellsWhatIsKnownOfEach() {
    recent.accept(span("/svc/\"<b>", new InetSocketAddress("10.0.0.9", 80)));

    assertThat(body("/requests.json"))
        .isEqualTo(
            "[{\"time\":\"2023-11-14T22:13:20Z\",\"source\":\"[2001:db8:0:0:0:0:0:1]:5000\","
                + "\"server\":\"10.0.0.1:4140\",\"router\":\"out\",\"service\":\"/svc/\\\"<b>\","
                + "\"client\":\"/#/web\",\"destination\":\"10.0.0.9:80\"}]");
  }

  @Test
  void whatWentNowhereIsNotThere() {
    recent.accept(span("/svc/web", null));

    assertThat(body("/requests.json")).isEqualTo("[]");
  }

  @Test
  void thePageDrawsIt() {
    assertThat(body("/requests")).contains("files/requests.js");
  }

  private String body(String path) {
    var request =
        new AdminRequest(
            HttpMethod.GET,
            path,
            path,
            Map.of(),
            new DefaultHttpHeaders(),
            "",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    var response = pages.pageAt(path).answer(request).toCompletableFuture().join();
    return response.body().toString();
  }

  private static Span span(String service, @Nullable InetSocketAddress destination) {
    return new Span(
        Span.Side.SERVER,
        new TraceId(1, 1, 1, 0, 0),
        "out " + service,
        "out",
        1_700_000_000_000_000L,
        1,
        new InetSocketAddress("10.0.0.1", 4140),
        new InetSocketAddress("2001:db8::1", 5000),
        null,
        destination,
        Map.of("service", service, "client", "/#/web"),
        List.of(),
        null);
  }
}

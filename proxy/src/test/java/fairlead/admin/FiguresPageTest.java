package fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.FakeSerialExecutor;
import fairlead.telemetry.MetricsTree;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FiguresPageTest {
  private final FakeSerialExecutor executor = new FakeSerialExecutor();
  private final MetricsTree tree = new MetricsTree();

  @BeforeEach
  void fill() {
    var router = tree.scope("rt").scope("out");
    var service = router.scope("service").scope("svc/web");
    service.counter("requests").add(7);
    service.scope("failures").counter("Timeout").increment();
    service.stat("request_latency_ms").add(5);
    service.stat("connect_latency_ms").add(5);
    var client = router.scope("client").scope("#/io.l5d.fs/web");
    client.scope("loadbalancer").gauge("size", () -> 2);
    client.scope("service").scope("svc/web").counter("requests").add(7);
    tree.scope("jvm").gauge("uptime", () -> 1.5);
    tree.scope("jvm").gauge("fd_count", () -> 9);
    executor.advance(Duration.ofSeconds(3));
  }

  private CompletableFuture<AdminResponse> ask(AdminPage page) {
    var peer = new InetSocketAddress(0);
    var request =
        new AdminRequest(HttpMethod.GET, "/", "/", Map.of(), new DefaultHttpHeaders(), "", peer);
    return page.answer(request).toCompletableFuture();
  }

  private String body(AdminPage page) {
    var answer = ask(page);
    executor.runUntilIdle();
    return answer.join().body().toString();
  }

  @Test
  void theOverviewHasWhatItShowsAndNothingElse() {
    tree.summariseNow();

    assertThat(body(FiguresPage.overview(tree::snapshot, executor)))
        .isEqualTo(
            "{\"atMs\":3000,\"jvm\":{\"uptime\":1.5},\"rt\":{\"out\":{"
                + "\"client\":{\"#/io.l5d.fs/web\":{\"loadbalancer\":{\"size\":2}}},"
                + "\"service\":{\"svc/web\":{"
                + "\"request_latency_ms\":{\"p50\":5,\"p99\":5,\"max\":5},\"requests\":7}}}}}");
  }

  @Test
  void aWindowWithoutRequestsIsEmpty() {
    tree.summariseNow();
    tree.summariseNow();

    assertThat(body(FiguresPage.services(tree::snapshot, executor)))
        .isEqualTo(
            "{\"atMs\":3000,\"rt\":{\"out\":{"
                + "\"client\":{\"#/io.l5d.fs/web\":{\"service\":{\"svc/web\":{\"requests\":7}}}},"
                + "\"service\":{\"svc/web\":{\"request_latency_ms\":{},\"requests\":7}}}}}");
  }

  @Test
  void whoAsksAtTheSameTimeSharesAnAnswer() {
    var page = FiguresPage.overview(tree::snapshot, executor);
    var first = ask(page);
    assertThat(ask(page)).as("while it is made").isSameAs(first);
    executor.runUntilIdle();
    executor.advance(FiguresPage.SHARED.minusMillis(1));
    assertThat(ask(page)).as("shortly after").isSameAs(first);

    executor.advance(Duration.ofMillis(1));

    assertThat(body(page)).startsWith("{\"atMs\":3500,");
  }

  @Test
  void aFaultIsNotShared() {
    var page =
        FiguresPage.overview(
            _ -> {
              throw new IllegalStateException();
            },
            executor);
    var first = ask(page);
    executor.runUntilIdle();

    assertThat(first).isCompletedExceptionally();
    assertThat(ask(page)).isNotSameAs(first);
  }
}

package fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.admin.Delegator.Explanation;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The table of {@code spec/admin.md} §5. */
class DelegatorPageTest {
  private final List<String> asked = new ArrayList<>();
  private final List<Runnable> timers = new ArrayList<>();
  private CompletableFuture<Explanation> answer = new CompletableFuture<>();
  private final DelegatorPage page =
      new DelegatorPage(
          (router, dtab, path) -> {
            asked.add(router + " | " + dtab + " | " + path);
            return answer;
          },
          new Timers());

  @Test
  void getTakesParametersAndAMissingDtabIsEmpty() {
    answer.complete(new Explanation.Tree(JsonNodeFactory.instance.objectNode().put("type", "neg")));

    var response = get(Map.of("path", List.of("/svc/web"), "namespace", List.of("http")));

    assertThat(shown(response)).isEqualTo("200 {\"type\":\"neg\"}");
    assertThat(asked).containsExactly("http |  | /svc/web");
    assertThat(timers).isEmpty();
  }

  @Test
  void postTakesJsonAlsoWithACharset() {
    answer.complete(new Explanation.CannotExplain());

    var response =
        post(
            "application/json; charset=utf-8",
            "{\"namespace\":\"http\",\"dtab\":\"/a=>/b\",\"path\":\"/svc\",\"more\":1}");

    assertThat(shown(response)).isEqualTo("501 Name Interpreter for http cannot show delegations");
    assertThat(asked).containsExactly("http | /a=>/b | /svc");
  }

  @Test
  void whatIsMissingOrMalformedIs400() {
    assertThat(shown(get(Map.of())))
        .isEqualTo("400 Malformed delegation request: the parameter 'path' is missing");
    assertThat(shown(post("application/json", "{\"path\":\"/svc\"}")))
        .isEqualTo("400 Malformed delegation request: {\"path\":\"/svc\"}");
    assertThat(shown(post("application/json", "nonsense")))
        .isEqualTo("400 Malformed delegation request: nonsense");
    assertThat(shown(post("application/json", ""))).isEqualTo("400 Malformed delegation request: ");
  }

  @Test
  void otherMethodsAndTypesAreRefused() {
    assertThat(shown(post("text/plain", "{}"))).isEqualTo("415 ");
    assertThat(shown(send(HttpMethod.PUT, Map.of(), "application/json", "{}"))).isEqualTo("405 ");
  }

  @Test
  void parserTextsAreShown() {
    answer.complete(new Explanation.BadDtab("'/' expected but 'i' found at '[i]nvalid'"));
    assertThat(shown(get(Map.of("path", List.of("/a"), "dtab", List.of("invalid")))))
        .isEqualTo("400 Invalid dtab: '/' expected but 'i' found at '[i]nvalid'");

    answer = CompletableFuture.completedFuture(new Explanation.BadPath("no"));
    assertThat(shown(get(Map.of("path", List.of("a"))))).isEqualTo("400 Invalid path: no");
  }

  @Test
  void whatTakesLongerThanTwoSecondsIs503() {
    var response = get(Map.of("path", List.of("/svc/web")));
    assertThat(response).isNotDone();

    timers.getFirst().run();

    assertThat(shown(response)).isEqualTo("503 Request timed out.");
  }

  private static String shown(CompletableFuture<AdminResponse> response) {
    var now = response.getNow(AdminResponse.text("not answered"));
    return now.status().code() + " " + now.body();
  }

  private CompletableFuture<AdminResponse> get(Map<String, List<String>> params) {
    return send(HttpMethod.GET, params, "", "");
  }

  private CompletableFuture<AdminResponse> post(String type, String body) {
    return send(HttpMethod.POST, Map.of(), type, body);
  }

  private CompletableFuture<AdminResponse> send(
      HttpMethod method, Map<String, List<String>> params, String type, String body) {
    var headers = new DefaultHttpHeaders().set("content-type", type);
    var peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    return page.answer(
            new AdminRequest(
                method, "/delegator.json", "/delegator.json", params, headers, body, peer))
        .toCompletableFuture();
  }

  private final class Timers implements SerialExecutor {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public Watch after(Duration delay, Runnable task) {
      assertThat(delay).isEqualTo(Duration.ofSeconds(2));
      timers.add(task);
      return () -> timers.remove(task);
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public boolean inside() {
      return true;
    }
  }
}

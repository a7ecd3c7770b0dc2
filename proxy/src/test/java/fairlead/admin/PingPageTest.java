package fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Who is meant by a health check while two processes share an admin port (decision 24). */
class PingPageTest {
  private static final ProcessMark OWN = new ProcessMark(7, 1000);

  @Test
  void whoSaysNothingIsAnswered() {
    assertThat(answer(OWN, Map.of())).isEqualTo("200 pong");
  }

  @Test
  void itsOwnContainerIsAnswered() {
    assertThat(answer(OWN, mark("7", "1001"))).isEqualTo("200 pong");
  }

  @Test
  void anOlderContainersCheckPassesAsItsTrafficIsOurs() {
    assertThat(answer(OWN, mark("8", "999"))).isEqualTo("200 pong");
  }

  @Test
  void aYoungerContainersCheckFailsUntilThatOneListens() {
    assertThat(answer(OWN, mark("8", "1001"))).startsWith("503 an older process has this port");
  }

  @Test
  void aMarkThatIsNoneMeansNobody() {
    assertThat(answer(OWN, mark("8", "soon"))).isEqualTo("200 pong");
    assertThat(answer(null, mark("8", "1001"))).isEqualTo("200 pong");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thisProcessKnowsItself() {
    var own = Objects.requireNonNull(ProcessMark.own());
    var container = Objects.requireNonNull(ProcessMark.ofContainer());

    assertThat(own.answersFor(container)).isTrue();
    assertThat(own.started()).isGreaterThan(container.started());
  }

  private static Map<String, List<String>> mark(String namespace, String started) {
    return Map.of("namespace", List.of(namespace), "started", List.of(started));
  }

  private static String answer(@Nullable ProcessMark own, Map<String, List<String>> params) {
    var request =
        new AdminRequest(
            HttpMethod.GET,
            "/admin/ping",
            "/admin/ping",
            params,
            new DefaultHttpHeaders(),
            "",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    var answer = new PingPage(own).answer(request).toCompletableFuture().join();
    return answer.status().code() + " " + answer.body();
  }
}

package fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.Secret;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final AdminPages PAGES =
      new AdminPages().addControl("/admin/shutdown", _ -> AdminResponse.text("quitting").now());

  private final Gate onAnyAddress = gate("0.0.0.0", null);

  @Test
  void threat58_anotherHostCannotShutUsDown() {
    assertThat(refused(onAnyAddress, HttpMethod.POST, "10.0.0.9", "10.0.0.1", "")).isTrue();
    assertThat(refused(onAnyAddress, HttpMethod.POST, "127.0.0.1", "127.0.0.1", "")).isFalse();
  }

  @Test
  void threat58_anotherHostMayWithTheToken() {
    var gate = gate("0.0.0.0", new Secret("s3cret"));

    assertThat(refused(gate, HttpMethod.POST, "10.0.0.9", "10.0.0.1", "Bearer s3cret")).isFalse();
    assertThat(refused(gate, HttpMethod.POST, "10.0.0.9", "10.0.0.1", "Bearer guess")).isTrue();
    assertThat(refused(gate, HttpMethod.POST, "10.0.0.9", "10.0.0.1", "s3cret")).isTrue();
  }

  @Test
  void threat58_aReboundNameCannotChangeAnythingHoweverWeListen() {
    assertThat(refused(onAnyAddress, HttpMethod.POST, "127.0.0.1", "evil.example", "")).isTrue();
  }

  @Test
  void scrapersMayUseANameWhenWeListenForOtherHosts() {
    assertThat(refused(onAnyAddress, HttpMethod.GET, "10.0.0.9", "node1.internal:9990", ""))
        .isFalse();
  }

  @Test
  void thisHostsOwnNameIsOurs() {
    assertThat(refused(gate("127.0.0.1", null), HttpMethod.GET, "127.0.0.1", "Node1:9990", ""))
        .isFalse();
  }

  @Test
  void withReadOnlyNobodyChangesAnything() {
    var usual = AdminConfig.DEFAULT;
    var config =
        new AdminConfig(
            usual.ip(),
            0,
            Duration.ZERO,
            Duration.ZERO,
            null,
            new Secret("s3cret"),
            null,
            null,
            true);
    var gate = new Gate(config, PAGES, Set.of());

    assertThat(refused(gate, HttpMethod.POST, "127.0.0.1", "127.0.0.1", "")).isTrue();
    assertThat(refused(gate, HttpMethod.POST, "127.0.0.1", "127.0.0.1", "Bearer s3cret")).isTrue();
    assertThat(refused(gate, HttpMethod.DELETE, "127.0.0.1", "127.0.0.1", "")).isTrue();
    assertThat(refused(gate, HttpMethod.GET, "127.0.0.1", "127.0.0.1", "")).isFalse();
  }

  private static Gate gate(String ip, @Nullable Secret token) {
    var config = new AdminConfig(address(ip), 0, Duration.ZERO, null, token);
    return new Gate(config, PAGES, Set.of("node1"));
  }

  private static boolean refused(
      Gate gate, HttpMethod method, String peer, String host, String authorization) {
    var headers = new DefaultHttpHeaders().set("host", host);
    if (!authorization.isEmpty()) {
      headers.set("authorization", authorization);
    }
    var from = new InetSocketAddress(address(peer), 1);
    return gate.refusal(
            new AdminRequest(
                method, "/admin/shutdown", "/admin/shutdown", Map.of(), headers, "", from))
        != null;
  }

  private static InetAddress address(String ip) {
    try {
      return InetAddress.getByName(ip);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}

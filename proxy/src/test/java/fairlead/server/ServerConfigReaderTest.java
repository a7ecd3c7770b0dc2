package fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.Requirement;
import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import fairlead.launcher.Configuration;
import fairlead.launcher.ConfigurationLoader;
import fairlead.server.ServerConfig.Labeler;
import fairlead.server.ServerConfig.Tunnels;
import fairlead.wire.Patience;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code spec/config.md} §7: the keys of a listener. */
class ServerConfigReaderTest {
  private static ConfigurationLoader.Loaded load(String server) {
    String text =
        "admin: {port: 9991}\nrouters:\n- protocol: http\n  servers:\n  - {" + server + "}\n";
    return ConfigurationLoader.load(ConfigText.of("f.yaml", text), Machines.host(Map.of()));
  }

  private static String faults(String server) {
    return load(server).problems().show();
  }

  private static ServerConfig good(String server) {
    var loaded = load(server);
    assertThat(loaded.problems().show()).isEmpty();
    Configuration configuration = Objects.requireNonNull(loaded.configuration());
    return configuration.routers().getFirst().servers().getFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "'4140x'", "4140.5", "true", "70000", "-1"})
  void seenD07_aPortThatIsNoNumberIsAFaultAtItsPlace(String port) {
    assertThat(faults("port: " + port)).startsWith("f.yaml:5:12: routers[0].servers[0].port: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2c", "H2C", "h2", "HTTP/2.0"})
  void threat42_h2cCannotBeAllowed(String protocol) {
    assertThat(faults("port: 4141, upgrades: [websocket, " + protocol + "]"))
        .startsWith("f.yaml:5:40: routers[0].servers[0].upgrades[1]: '" + protocol + "' is never ")
        .contains("; remove it");
  }

  @ParameterizedTest
  @ValueSource(ints = {16_383, 16_777_216})
  @Requirement(rfc = "9113 §6.5.2", says = "no frame size outside of its range can be configured")
  void framesAreNeitherShorterNorLongerThanHttp2Has(int bytes) {
    assertThat(faults("port: 4141, http2: true, maxFrameBytes: " + bytes))
        .contains("routers[0].servers[0].maxFrameBytes: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "->",
      quoteCharacter = '"',
      textBlock =
          """
          [a b] -> 'a b' is no protocol of Upgrade; use a name such as websocket
          [''] -> is empty; write a protocol, such as websocket
          {} -> a list is expected here, not a block of keys; put '- ' before each item
          """)
  void upgradesAreNames(String value, String fault) {
    assertThat(faults("port: 4141, upgrades: " + value).lines())
        .singleElement()
        .asString()
        .endsWith(fault);
  }

  @Test
  void webSocketsAloneAreAllowed() {
    assertThat(good("port: 4141").tunnels()).isEqualTo(new Tunnels(List.of("websocket"), false));
    assertThat(good("port: 4141, upgrades: []").tunnels().upgrades()).isEmpty();
  }

  @Test
  void everyKeyIsRead() {
    var config =
        good(
            "port: 4141, ip: 0.0.0.0, label: x, maxConcurrentRequests: 7, maxCallDepth: 9,"
                + " clearContext: true, timestampHeader: X-Start,"
                + " upgrades: [websocket, chat/2], allowConnect: true,"
                + " serverSession: {idleTimeMs: 5, lifeTimeMs: 6},"
                + " socketOptions: {noDelay: false, reuseAddr: false, reusePort: true,"
                + " keepAlive: true, backlog: 3, readTimeoutMs: 8, writeTimeoutMs: 4},"
                + " timeoutMs: 14, maxConnections: 15, allowAddressesInDtab: true, proxyProtocol: {from: [10.0.0.0/8, '::1']},"
                + " headTimeoutMs: 11, bodyTimeoutMs: 12, bodyMinBytesPerSec: 13,"
                + " addForwardedHeader: {by: {kind: router}, for: {kind: 'ip:port'}}");

    assertThat(config.port()).isEqualTo(4141);
    assertThat(config.ip().isAnyLocalAddress()).isTrue();
    assertThat(config.maxConcurrentRequests()).isEqualTo(7);
    assertThat(config.maxCallDepth()).isEqualTo(9);
    assertThat(config.clearContext()).isTrue();
    assertThat(config.timestampHeader()).isEqualTo("X-Start");
    assertThat(config.tunnels()).isEqualTo(new Tunnels(List.of("websocket", "chat/2"), true));
    assertThat(config.idleTime()).isEqualTo(Duration.ofMillis(5));
    assertThat(config.lifeTime()).isEqualTo(Duration.ofMillis(6));
    assertThat(config.socketOptions())
        .isEqualTo(
            new ServerConfig.SocketOptions(
                false, false, true, true, 3, Duration.ofMillis(8), Duration.ofMillis(4)));
    assertThat(config.guard().requestTimeout()).isEqualTo(Duration.ofMillis(14));
    assertThat(config.guard().maxConnections()).isEqualTo(15);
    assertThat(config.guard().allowAddressesInDtab()).isTrue();
    assertThat(config.guard().proxyProtocolFrom())
        .containsExactly(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("::1/128"));
    assertThat(config.guard().patience())
        .isEqualTo(
            new Patience(
                Duration.ofMillis(11),
                Duration.ofMillis(12),
                13,
                Duration.ofMillis(4),
                Duration.ofMillis(8)));
    assertThat(config.forwarded())
        .isEqualTo(
            new ServerConfig.ForwardedConfig(new Labeler.RouterLabel(), new Labeler.IpPort()));
  }

  @Test
  void threat44_everyListenerHasItsDeadlinesWithoutBeingTold() {
    assertThat(good("port: 4141").guard()).isEqualTo(GuardConfig.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{by: {kind: requestRandom}}", "{for: {kind: requestRandom}}"})
  void labelersAreRandomByDefault(String block) {
    assertThat(good("addForwardedHeader: " + block).forwarded())
        .isEqualTo(
            new ServerConfig.ForwardedConfig(
                new Labeler.RequestRandom(), new Labeler.RequestRandom()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"announce: ['/#/io.l5d.serversets/web']|announce"})
  void whatIsNotBuiltIsSaidAndNeverIgnored(String server, String key) {
    assertThat(faults(server)).contains("routers[0].servers[0]." + key + ": known, not built yet");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "clearContxt: true|clearContxt: unknown key; did you mean 'clearContext'?",
        "addForwardedHeader: {by: {kind: iip}}|addForwardedHeader.by.kind: 'iip' is no labeler",
        "addForwardedHeader: {by: {kind: static}}|addForwardedHeader.by.label: is missing",
        "timestampHeader: 'a b'|timestampHeader: 'a b' is no header name",
        "maxCallDepth: 0|maxCallDepth: 0 is out of range",
        "maxConnections: 0|maxConnections: 0 is out of range",
        "proxyProtocol: {}|proxyProtocol.from: is missing; write the trusted peers",
        "proxyProtocol: {from: []}|proxyProtocol.from: the list is empty; write at least one",
        "proxyProtocol: {from: [10.1.0.0/8]}|proxyProtocol.from[0]: '10.1.0.0/8' has bits beyond",
        "proxyProtocol: {from: [0.0.0.0/0, any]}|proxyProtocol.from[1]: 'any' is no range of addresses",
        "proxyProtocol: {from: [0.0.0.0/0], to: 1}|proxyProtocol.to: unknown key",
        "timeoutMs: 0|timeoutMs: 0 is out of range",
        "headTimeoutMs: 0|headTimeoutMs: 0 is out of range",
        "bodyTimeoutMs: '5'|bodyTimeoutMs: '5' is a text, not a number",
        "bodyMinBytesPerSec: -1|bodyMinBytesPerSec: -1 is out of range",
        "maxConcurrentRequests: 0|maxConcurrentRequests: 0 is out of range",
        "serverSession: {idleTimeMs: 0}|serverSession.idleTimeMs: 0 is out of range"
      })
  void faultsNameTheirKey(String server, String fault) {
    assertThat(faults(server)).contains("routers[0].servers[0]." + fault);
  }
}

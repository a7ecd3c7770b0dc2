package fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.Block;
import fairlead.config.ConfigText;
import fairlead.config.Problems;
import fairlead.config.Protocol;
import fairlead.config.SettingReader;
import fairlead.naming.Paths;
import fairlead.tls.TestCa;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS by the beginning of an id ({@code spec/config.md} §8.4). */
class TlsSettingsTest {
  @TempDir Path dir;

  private ClientConfigs read(String yaml) {
    new TestCa(dir, "ca");
    var problems = new Problems();
    String text = yaml.replace("CA", dir.resolve("ca.pem").toString());
    var tree = Objects.requireNonNull(SettingReader.read(ConfigText.of("f", text), problems));
    var configs = ClientConfigReader.read(new Block(tree, "", problems), Protocol.HTTP);
    assertThat(problems.show()).isEmpty();
    return configs;
  }

  /** The example of the specification. */
  @Test
  void theNameIsMadeOfWhatThePrefixCaptured() {
    var configs =
        read(
            """
            kind: io.l5d.static
            configs:
            - prefix: /
              forwardClientCert: true
            - prefix: /#/io.l5d.consul/dc1/{service}
              tls: {commonName: "{service}.internal.example", trustCertsBundle: CA}
            - prefix: /#/io.l5d.consul/dc1/legacy
              tls: {enabled: false}
              forwardClientCert: false
            """);

    var plain = configs.of(Paths.parse("/$/inet/10.0.0.5/80"));
    var web = configs.of(Paths.parse("/#/io.l5d.consul/dc1/web"));
    var legacy = configs.of(Paths.parse("/#/io.l5d.consul/dc1/legacy"));

    assertThat(plain.tls()).isNull();
    assertThat(plain.forwardClientCert()).isTrue();
    var named = Objects.requireNonNull(web.tls());
    assertThat(named.commonName()).isEqualTo("web.internal.example");
    assertThat(named.trustCerts()).containsExactly(dir.resolve("ca.pem"));
    assertThat(legacy.tls()).isNull();
    assertThat(legacy.forwardClientCert()).isFalse();
    assertThat(configs.tls()).hasSize(1);
    assertThat(configs.forwardsClientCert()).isTrue();
  }

  @Test
  void aLaterBlockReplacesTheWholeOfAnEarlierOne() {
    var configs =
        read(
            """
            kind: io.l5d.static
            configs:
            - prefix: /
              tls: {commonName: a.test, trustCertsBundle: CA, protocols: [TLSv1.3]}
            - prefix: /#
              tls: {disableValidation: true}
            """);

    var tls = Objects.requireNonNull(configs.of(Paths.parse("/#/x")).tls());

    assertThat(tls.disableValidation()).isTrue();
    assertThat(tls.commonName()).isNull();
    assertThat(tls.trustCerts()).isEmpty();
    assertThat(tls.protocols()).isEmpty();
  }
}

package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** spec/admin.md §6.1. */
class SettingJsonTest {
  @Test
  void numbersAndFlagsAreSuchTextsStayTextsAndSecretsAreMasked() {
    var loaded =
        ConfigurationLoader.load(
            ConfigText.of(
                "f.yaml",
                """
                admin: {port: "${PORT}", token: a}
                namers: [{kind: io.l5d.consul, weights: [{tag: "1", weight: 0.25}], token: $T}]
                routers: [{protocol: http, servers: [{port: 4140}], originator: true, label: }]
                """),
            Machines.host(Map.of("PORT", "9990", "T", "b")));

    assertThat(SettingJson.of(Objects.requireNonNull(loaded.tree())).toString())
        .isEqualTo(
            "{\"admin\":{\"port\":9990,\"token\":\"***\"},\"namers\":[{\"kind\":\"io.l5d.consul\","
                + "\"weights\":[{\"tag\":\"1\",\"weight\":0.25}],\"token\":\"***\"}],"
                + "\"routers\":[{\"protocol\":\"http\",\"servers\":[{\"port\":4140}],"
                + "\"originator\":true,\"label\":null}]}");
  }
}

package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import fairlead.launcher.ConfigurationLoader.Loaded;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckTextTest {
  private static Loaded load(String text) {
    return ConfigurationLoader.load(ConfigText.of("f.yaml", text), Machines.host(Map.of()));
  }

  @Test
  void aGoodFileIsOneLineAndExitCode0() {
    Loaded loaded =
        load(
            """
            namers: [{kind: io.l5d.consul, host: 127.0.0.1, port: 1}]
            routers:
            - protocol: http
              servers: [{port: 4141}]
              interpreter: {kind: default, transformers: [{kind: io.l5d.specificHost, host: auto}]}
            """);

    CheckText shown = CheckText.check("f.yaml", loaded);

    assertThat(shown)
        .isEqualTo(
            new CheckText(
                "f.yaml: good: 1 router, 1 namer; this host's address is 10.1.0.11: own interface"
                    + " ens5 (not in a container)\n",
                "",
                0));
    assertThat(CheckText.config(loaded).out()).startsWith("# this host's address is 10.1.0.11: ");
  }

  @Test
  void everyFaultGoesToStandardErrorInTheOrderOfPlacesWithExitCode78() {
    Loaded loaded = load("routers:\n- protocol: http\n  servers: [{port: x}]\nadmin: {port: y}\n");

    CheckText shown = CheckText.check("f.yaml", loaded);

    assertThat(shown)
        .isEqualTo(
            new CheckText(
                "",
                """
                f.yaml:3:20: routers[0].servers[0].port: 'x' is not a port; use 0 to 65535
                f.yaml:4:15: admin.port: 'y' is not a port; use 0 to 65535
                """,
                78));
    assertThat(CheckText.config(loaded)).isEqualTo(shown);
  }
}

package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.identity.FakeMetadata;
import fairlead.identity.FakeMetadata.Imds;
import fairlead.identity.Machine;
import fairlead.identity.Machines;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code fairlead doctor} as a user sees it. */
@Timeout(60)
class DoctorCommandTest {
  private static final String CONFIG =
      """
      admin: {port: 0}
      routers:
      - protocol: http
        servers: [{port: PORT}]
      """;

  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private ExitCode run(Machine machine, String config, boolean json) throws IOException {
    Path file = Files.writeString(dir.resolve("mesh.yaml"), config);
    var inputs =
        new Inputs(
            machine.environment(),
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            System.err);
    return new DoctorCommand(inputs, machine).run(file.toString(), json);
  }

  private String shown() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void tellsEachSourceOfTheHostsAddressAndWhatWouldMakeItWork() throws IOException {
    try (var fake = new FakeMetadata(Imds.V2_ONLY, FakeMetadata.instance("10.1.0.11"))) {
      var machine = Machines.container(Map.of(), fake.bind("127.0.0.1", 0));

      run(machine, CONFIG.replace("PORT", "0"), false);

      assertThat(shown())
          .containsPattern("(?m)^note  identity      Consul agent http://localhost:8500: .*; run a")
          .containsPattern("(?m)^note  identity      own interfaces: ")
          .containsPattern("(?m)^good  identity      EC2 .*10.1.0.11: this host's address")
          .containsPattern("(?m)^good  drain         a drain may take 25 s, and ECS kills after 30")
          .containsPattern("(?m)^[0-9]+ bad, [0-9]+ to note, [0-9]+ good\n$");
    }
  }

  @Test
  void noAddressOfThisHostIsBadOnlyWhereItIsAskedFor() throws IOException {
    var machine = Machines.container(Map.of(), Machines.NOBODY);
    var silent = Machines.with(machine, Duration.ofSeconds(10), _ -> false);
    String asks =
        CONFIG.replace("PORT", "0")
            + "  interpreter: {kind: default, transformers: [{kind: io.l5d.specificHost, host:"
            + " auto}]}\n";

    run(silent, CONFIG.replace("PORT", "0"), false);
    assertThat(shown()).contains("note  identity      no source tells this host's address, which");
    out.reset();
    var code = run(silent, asks, false);

    assertThat(code.number()).isEqualTo(1);
    assertThat(shown())
        .contains("BAD   identity      no source tells this host's address; mend one of the above")
        .containsOnlyOnce("BAD   config ")
        .contains("or mend one of these; see 'fairlead check'\n2 bad, ");
  }

  @Test
  void aTakenPortIsBadAndExitCode1() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      var code = run(Machines.host(Map.of()), CONFIG.replace("PORT", "" + port), false);

      assertThat(code.number()).isEqualTo(1);
      assertThat(shown())
          .contains(
              "BAD   ports         127.0.0.1:"
                  + port
                  + " for router 'http' is taken by another process; stop it (ss -ltnp tells"
                  + " which)");
    }
  }

  @Test
  void aFreePortIsGood() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    run(Machines.host(Map.of()), CONFIG.replace("PORT", "" + port), false);

    assertThat(shown()).contains("good  ports         127.0.0.1:" + port + " is free for router");
  }

  @Test
  void faultsOfTheConfigurationAreFindingsAndTheHostIsLookedAtAllTheSame() throws IOException {
    var code = run(Machines.host(Map.of()), CONFIG.replace("PORT", "99999"), false);

    assertThat(code.number()).isEqualTo(1);
    assertThat(shown())
        .containsPattern("(?m)^BAD   config .*mesh.yaml:4:20: routers\\[0\\].servers\\[0\\].port")
        .containsPattern("(?m)^good  identity      own interface ens5 .*10.1.0.11");
  }

  @Test
  void machinesGetJson() throws IOException {
    run(Machines.host(Map.of()), CONFIG.replace("PORT", "0"), true);

    var json = new ObjectMapper().readTree(shown());
    assertThat(json.path("findings")).isNotEmpty();
    assertThat(json.at("/findings/0/area").textValue()).isEqualTo("identity");
    assertThat(json.path("bad").isIntegralNumber()).isTrue();
  }
}

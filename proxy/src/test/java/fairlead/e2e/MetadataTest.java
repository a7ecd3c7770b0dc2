package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A host that tells its address only by AWS's metadata services, on the addresses where AWS has
 * them.
 */
class MetadataTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path dir;

  @Test
  void theHostsAddressIsReadFromWhereAwsHasIt() throws IOException {
    try (Hosts hosts = Hosts.create("M");
        Program metadata = Metadata.start(hosts.host("M"))) {
      String shown = config(hosts.host("M"), Metadata.ECS, "${ec2:local-ipv4}", 0);
      String cluster = config(hosts.host("M"), Metadata.ECS, "auto", 0);

      assertThat(shown).as("%s", metadata.tail()).contains(hosts.host("M").address());
      assertThat(cluster).contains(hosts.host("M").address()).contains("cluster-of-mesh");
    }
  }

  @Test
  void theDoctorTellsWhichSourcesHelpHere() throws IOException {
    try (Hosts hosts = Hosts.create("M");
        Program metadata = Metadata.start(hosts.host("M"))) {
      Path file = dir.resolve("mesh.yaml");
      Files.writeString(
          file, "admin: {port: 0}\nrouters: [{protocol: http, servers: [{port: 4140}]}]\n");
      List<String> arguments = List.of("doctor", file.toString());
      try (Program doctor = Fairlead.command(hosts.host("M"), Metadata.ECS, arguments)) {
        doctor.awaitExit(SOON);

        assertThat(doctor.output())
            .as("%s %s", metadata.tail(), doctor.tail())
            .containsPattern("note +identity +Consul agent http://localhost:8500: ")
            .containsPattern("good +identity +EC2 .*" + hosts.host("M").address())
            .contains("127.0.0.1:4140 is free for router 'http'");
      }
    }
  }

  @Test
  void noMetadataServiceIsAFaultThatNamesWhatWasTriedAndNotAHang() throws IOException {
    try (Hosts hosts = Hosts.create("M")) {
      String shown = config(hosts.host("M"), Map.of(), "${ec2:local-ipv4}", 78);

      assertThat(shown).contains("mesh.yaml:", "169.254.169.254");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hop-limit-1 | --http-put-response-hop-limit 2",
        "forbidden | 403: it is switched off or forbidden",
        "not-found | 404: there is no 'local-ipv4'",
        "hangs | no answer within 1000 ms",
      })
  void fault35_metadataServiceThatDoesNotHelpIsOneFaultThatSaysWhatWould(String how, String told)
      throws IOException {
    try (Hosts hosts = Hosts.create("M");
        Program metadata = Metadata.start(hosts.host("M"), how)) {
      String shown = config(hosts.host("M"), Map.of(), "${ec2:local-ipv4}", 78);

      assertThat(shown).as("%s", metadata.tail()).contains("mesh.yaml:", "169.254.169.254", told);
    }
  }

  /** What {@code fairlead config} says on this host about a mesh whose host is written so. */
  private String config(Place host, Map<String, String> environment, String written, int expected)
      throws IOException {
    String label = environment.isEmpty() ? "incoming" : "cluster-of-${ecs:Cluster}";
    String mesh = Files.readString(Parts.ROOT.resolve("deploy/mesh-local-ip.yaml"));
    Path file = dir.resolve("mesh.yaml");
    Files.writeString(
        file, mesh.replace("$LOCAL_IP", written).replace("label: incoming", "label: " + label));
    List<String> arguments = List.of("config", file.toString());
    try (Program config = Fairlead.command(host, environment, arguments)) {
      assertThat(config.awaitExit(SOON)).as("%s", config.tail()).isEqualTo(expected);
      return config.output();
    }
  }
}

package fairlead.launcher.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.launcher.doctor.Finding.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kernel's files in the form that they have, and what is made of them. */
class LimitChecksTest {
  private static final long MEBIBYTE = 1 << 20;

  private static LimitChecks checks(Map<String, String> files) {
    return new LimitChecks(file -> Optional.ofNullable(files.get(file)));
  }

  @ParameterizedTest
  @CsvSource({"1024, BAD", "4096, NOTE", "65536, GOOD"})
  void openFilesAreCounted(String most, Level expected) {
    String limits =
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             4096                 4096                 processes
        Max open files            %s                 1048576              files
        """
            .formatted(most);

    var findings = checks(Map.of("/proc/self/limits", limits)).openFiles();

    assertThat(findings)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.level()).isEqualTo(expected);
              assertThat(finding.what()).contains("at most " + most + " open files");
            });
  }

  @Test
  void fewEphemeralPortsAndOursAmongThemAreNoted() {
    var files =
        Map.of(
            "/proc/sys/net/ipv4/ip_local_port_range", "4000\t9000",
            "/proc/sys/net/ipv4/ip_local_reserved_ports", "4141,8000-8100");

    var findings = checks(files).ephemeralPorts(Set.of(4140, 4141, 8050, 9990));

    assertThat(findings).extracting(Finding::level).containsExactly(Level.NOTE, Level.NOTE);
    assertThat(findings.getFirst().what()).startsWith("5001 ephemeral ports, 4000 to 9000");
    assertThat(findings.getLast().what()).startsWith("port 4140 is an ephemeral one");
  }

  @ParameterizedTest
  @CsvSource({
    "/sys/fs/cgroup/memory.max, 268435456, BAD",
    "/sys/fs/cgroup/memory.max, 1073741824, GOOD",
    "/sys/fs/cgroup/memory.max, max, NOTE",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes, 268435456, BAD",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes, 9223372036854771712, NOTE"
  })
  void memoryIsHeldAgainstTheContainersLimit(String file, String limit, Level expected) {
    var findings = checks(Map.of(file, limit)).memory(256 * MEBIBYTE, 256 * MEBIBYTE);

    assertThat(findings).extracting(Finding::level).isEqualTo(List.of(expected));
    assertThat(findings.getFirst().mend().isEmpty()).isEqualTo(expected == Level.GOOD);
  }

  @ParameterizedTest
  @CsvSource({
    "25000, '', GOOD",
    "30000, '', BAD",
    "25000, 10s, BAD",
    "90000, 2m, GOOD",
    "25000, 120, GOOD"
  })
  void aDrainMustEndBeforeThePlatformKills(long millis, String stop, Level expected) {
    Map<String, String> environment =
        stop.isEmpty() ? Map.of() : Map.of("ECS_CONTAINER_STOP_TIMEOUT", stop);

    var finding = LimitChecks.stopTime(Duration.ofMillis(millis), environment);

    assertThat(finding.level()).isEqualTo(expected);
    assertThat(finding.mend().contains("stopTimeout")).isEqualTo(expected == Level.BAD);
  }

  @Test
  void whatTheKernelDoesNotTellIsLeftOut() {
    assertThat(checks(Map.of()).openFiles()).isEmpty();
    assertThat(checks(Map.of()).ephemeralPorts(Set.of(1))).isEmpty();
  }
}

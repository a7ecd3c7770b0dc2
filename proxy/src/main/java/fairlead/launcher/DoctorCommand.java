package fairlead.launcher;

import fairlead.admin.AdminConfig;
import fairlead.config.ConfigText;
import fairlead.config.Problem;
import fairlead.identity.Machine;
import fairlead.json.Json;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.launcher.doctor.Doctor;
import fairlead.launcher.doctor.Finding;
import fairlead.launcher.doctor.Finding.Level;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code fairlead doctor}: looks at the host. Blocks. */
final class DoctorCommand {
  private final Inputs inputs;
  private final Machine machine;

  DoctorCommand(Inputs inputs, Machine machine) {
    this.inputs = inputs;
    this.machine = machine;
  }

  /**
   * 0 when nothing is bad, else 1; a configuration with faults is one thing that is bad, and the
   * host is looked at all the same.
   */
  ExitCode run(@Nullable String config, boolean json) {
    ConfigText text = inputs.open(config);
    if (text == null) {
      return ExitCode.USAGE;
    }
    Logs.quiet();
    var findings = new ArrayList<Finding>();
    Loaded loaded = ConfigurationLoader.load(text, machine);
    Configuration configuration = loaded.configuration();
    findings.addAll(
        Doctor.identity(ConfigurationLoader.identity(text, machine), configuration == null));
    var doctor = new Doctor(machine.environment());
    findings.addAll(doctor.host());
    if (configuration == null) {
      loaded.problems().sorted().forEach(problem -> findings.add(fault(problem)));
    } else {
      findings.add(new Finding(Level.GOOD, "config", text.file() + " has no fault", ""));
      findings.addAll(
          doctor.look(
              new Doctor.Patient(
                  configuration.routers(),
                  configuration.namers(),
                  configuration.admin(),
                  isRunning(configuration.admin()))));
    }
    inputs.out().print(json ? json(findings) : show(findings));
    inputs.out().flush();
    return findings.stream().anyMatch(finding -> finding.level() == Level.BAD)
        ? ExitCode.UNHEALTHY
        : ExitCode.OK;
  }

  /** In one line: what a fault lists below itself, the findings about the host have told. */
  private static Finding fault(Problem problem) {
    String first = problem.show().lines().findFirst().orElse("");
    return new Finding(Level.BAD, "config", first.replaceFirst(":$", ""), "see 'fairlead check'");
  }

  private static boolean isRunning(AdminConfig admin) {
    if (admin.port() == 0) {
      return false;
    }
    String address = admin.ip().getHostAddress() + ":" + admin.port();
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return HealthCommand.run(Map.of("FAIRLEAD_ADMIN", address), nowhere) == 0;
  }

  private static String show(List<Finding> findings) {
    var text = new StringBuilder();
    findings.forEach(finding -> text.append(finding.show()).append('\n'));
    return text.append(count(findings, Level.BAD))
        .append(" bad, ")
        .append(count(findings, Level.NOTE))
        .append(" to note, ")
        .append(count(findings, Level.GOOD))
        .append(" good\n")
        .toString();
  }

  private static long count(List<Finding> findings, Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }

  private static String json(List<Finding> findings) {
    var json = new LinkedHashMap<String, Object>();
    json.put("bad", count(findings, Level.BAD));
    json.put("findings", findings.stream().map(Finding::json).toList());
    return Json.pretty(Json.of(json)) + "\n";
  }
}

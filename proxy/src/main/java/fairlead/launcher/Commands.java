package fairlead.launcher;

import fairlead.config.ConfigText;
import fairlead.identity.Machine;
import fairlead.json.Json;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command line: one class a command, each of which hands over at once. */
final class Commands {
  private static final int MAX_PORT = 65_535;
  private static final String CONFIG_LABEL = "CONFIG";
  private static final String CONFIG_HELP =
      "a file, or - for standard input; left out, $FAIRLEAD_CONFIG holds the configuration itself";

  private Commands() {}

  private static Inputs inputs(@Nullable Root root) {
    if (root == null) {
      throw new IllegalStateException("root: null (expected: set by the command line)");
    }
    return root.inputs;
  }

  /** The program's version. */
  static final class VersionLine implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"fairlead " + Version.text()};
    }
  }

  /** A port as an argument. */
  static final class PortArgument implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= MAX_PORT) {
        return Integer.valueOf(text);
      }
      throw new TypeConversionException("'" + text + "' is not a port; use 0 to " + MAX_PORT);
    }
  }

  @Command(
      name = "fairlead",
      mixinStandardHelpOptions = true,
      versionProvider = VersionLine.class,
      synopsisHeading = "",
      customSynopsis = {
        "Usage: fairlead CONFIG            run it: the same as 'fairlead run CONFIG'",
        "       fairlead COMMAND …         'fairlead COMMAND --help' tells more",
        ""
      },
      description = {
        "A layer-7 service-mesh proxy for ECS with Consul.",
        "CONFIG is a file, or - for standard input; left out, $FAIRLEAD_CONFIG holds the"
            + " configuration itself.",
        ""
      },
      commandListHeading = "%nCommands:%n",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:done",
        "1:health: the proxy does not answer; doctor: something is bad",
        "64:wrong usage",
        "69:a port cannot be had",
        "78:the configuration has faults",
        "143:stopped by SIGTERM after a clean drain (130 by SIGINT)"
      },
      footerHeading = "%nEnvironment:%n",
      footer = {
        "  FAIRLEAD_CONFIG      the configuration itself, when no CONFIG is named",
        "  FAIRLEAD_LOG         text (the default) or json",
        "  FAIRLEAD_LOG_LEVEL   ERROR, WARN, INFO (the default), DEBUG or TRACE",
        "  FAIRLEAD_DRAIN_MS    how long a drain may take after SIGTERM; default: 25000",
        "  FAIRLEAD_WORKERS     event loops; default: one a core",
        "  FAIRLEAD_ADMIN       whom 'health' asks; default: 127.0.0.1:9990"
      },
      subcommands = {
        Run.class,
        Check.class,
        Config.class,
        Explain.class,
        SchemaOfConfig.class,
        DoctorOfHost.class,
        Health.class,
        Demo.class,
        HelpCommand.class
      })
  static final class Root implements Callable<Integer> {
    private final Inputs inputs;
    @Spec private @Nullable CommandSpec spec;

    Root(Inputs inputs) {
      this.inputs = inputs;
    }

    @Override
    public Integer call() {
      if (spec != null) {
        spec.commandLine().usage(spec.commandLine().getErr());
      }
      return ExitCode.USAGE.number();
    }
  }

  @Command(
      name = "run",
      mixinStandardHelpOptions = true,
      versionProvider = VersionLine.class,
      description = "Run the proxy until SIGTERM, which drains it.")
  static final class Run implements Callable<Integer> {
    @ParentCommand private @Nullable Root root;

    @Parameters(arity = "0..1", paramLabel = CONFIG_LABEL, description = CONFIG_HELP)
    private @Nullable String config;

    @Option(
        names = "--replace",
        description =
            "where 'sharePorts' is on: end the process that has the ports, once this one has them")
    private boolean replaces;

    @Override
    public Integer call() {
      return new RunCommand(inputs(root)).run(config, replaces).number();
    }
  }

  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      versionProvider = VersionLine.class,
      description =
          "Print every fault of a configuration as file:line:column; exit 0 when there is none,"
              + " else 78.")
  static final class Check implements Callable<Integer> {
    @ParentCommand private @Nullable Root root;

    @Option(
        names = "--live",
        description =
            "print what a reload would change in the running proxy, asked by $FAIRLEAD_ADMIN, else"
                + " by the admin port of CONFIG")
    private boolean live;

    @Parameters(arity = "0..1", paramLabel = CONFIG_LABEL, description = CONFIG_HELP)
    private @Nullable String config;

    @Override
    public Integer call() {
      return (live ? new LiveCheck(inputs(root)).run(config) : inputs(root).check(config)).number();
    }
  }

  @Command(
      name = "config",
      mixinStandardHelpOptions = true,
      versionProvider = VersionLine.class,
      description =
          "Print the effective configuration: substituted values with their origin, secrets"
              + " redacted.")
  static final class Config implements Callable<Integer> {
    @ParentCommand private @Nullable Root root;

    @Parameters(arity = "0..1", paramLabel = CONFIG_LABEL, description = CONFIG_HELP)
    private @Nullable String config;

    @Override
    public Integer call() {
      return inputs(root).show(config).number();
    }
  }

  @Command(
      name = "explain",
      mixinStandardHelpOptions = true,
      versionProvider = VersionLine.class,
      customSynopsis = {
        "fairlead explain [--live] [--json] [--router=LABEL] [-X METHOD]",
        "                        [-H 'NAME: VALUE']… [CONFIG] URL"
      },
      description = {
        "Tell what a request would do: identifier, each dtab step, addresses and why each was kept"
            + " or dropped.",
        "URL is what a caller would ask for, such as http://web/users; a port in it chooses the"
            + " router that listens there.",
        ""
      })
  static final class Explain implements Callable<Integer> {
    @ParentCommand private @Nullable Root root;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
        arity = "0..2",
        paramLabel = "[CONFIG] URL",
        hideParamSyntax = true,
        description = CONFIG_HELP)
    private List<String> asked = List.of();

    @Option(names = "--router", paramLabel = "LABEL", description = "explain on this router")
    private @Nullable String router;

    @Option(
        names = {"-X", "--method"},
        paramLabel = "METHOD",
        defaultValue = "GET",
        description = "default: ${DEFAULT-VALUE}")
    private String method = "GET";

    @Option(
        names = {"-H", "--header"},
        paramLabel = "NAME: VALUE",
        description = "a header of the request; may be repeated")
    private String[] headers = {};

    @Option(
        names = "--live",
        description =
            "ask the running proxy, by the admin port of CONFIG; without CONFIG by $FAIRLEAD_ADMIN,"
                + " else 127.0.0.1:9990")
    private boolean live;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @Override
    public Integer call() {
      boolean inEnvironment = inputs(root).environment().containsKey(ConfigText.VARIABLE);
      if (spec != null && asked.size() < (inEnvironment || live ? 1 : 2)) {
        throw new ParameterException(spec.commandLine(), "Missing required parameter: 'URL'");
      }
      var request = new ExplainRequest(method, asked.getLast(), List.of(headers), router);
      return new ExplainCommand(inputs(root))
          .run(asked.size() < 2 ? null : asked.getFirst(), request, live, json)
          .number();
    }
  }

  @Command(
      name = "schema",
      mixinStandardHelpOptions = true,
      versionProvider = VersionLine.class,
      description = "Print the JSON Schema of the configuration, for editors.")
  static final class SchemaOfConfig implements Callable<Integer> {
    @ParentCommand private @Nullable Root root;

    @Override
    public Integer call() {
      inputs(root).out().println(Json.pretty(ConfigurationReader.schema()));
      inputs(root).out().flush();
      return ExitCode.OK.number();
    }
  }

  @Command(
      name = "doctor",
      mixinStandardHelpOptions = true,
      versionProvider = VersionLine.class,
      description =
          "Look at the host: identity, Consul, ports, limits, certificates, clock; each finding"
              + " with its mend. Exit 0 when nothing is bad, else 1.")
  static final class DoctorOfHost implements Callable<Integer> {
    @ParentCommand private @Nullable Root root;

    @Parameters(arity = "0..1", paramLabel = CONFIG_LABEL, description = CONFIG_HELP)
    private @Nullable String config;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @Override
    public Integer call() {
      var inputs = inputs(root);
      return new DoctorCommand(inputs, Machine.real(inputs.environment()))
          .run(config, json)
          .number();
    }
  }

  @Command(
      name = "health",
      mixinStandardHelpOptions = true,
      versionProvider = VersionLine.class,
      description =
          "Ask the local admin port ($FAIRLEAD_ADMIN, else 127.0.0.1:9990); exit 0 when it answers,"
              + " else 1.")
  static final class Health implements Callable<Integer> {
    @ParentCommand private @Nullable Root root;

    @Override
    public Integer call() {
      return HealthCommand.run(inputs(root).environment(), inputs(root).err());
    }
  }

  @Command(
      name = "demo",
      mixinStandardHelpOptions = true,
      versionProvider = VersionLine.class,
      description =
          "The whole path on loopback: an edge, two hosts, embedded discovery, two services, and a"
              + " page to look at.")
  static final class Demo implements Callable<Integer> {
    @ParentCommand private @Nullable Root root;

    @Option(
        names = "--port",
        paramLabel = "PORT",
        converter = PortArgument.class,
        description =
            "of the page; 0 for a free one; default: 8080, or a free one if that is taken")
    private @Nullable Integer port;

    @Option(names = "--once", description = "print the path of two requests and leave")
    private boolean once;

    @Override
    public Integer call() {
      return new DemoCommand(inputs(root), port, once).run().number();
    }
  }
}

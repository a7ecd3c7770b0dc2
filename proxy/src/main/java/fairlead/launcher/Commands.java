package fairlead.launcher;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line: one class a command, each of which hands over at once. */
final class Commands {
  private static final String CONFIG_LABEL = "CONFIG";
  private static final String CONFIG_HELP =
      "a file, or - for standard input; left out, $FAIRLEAD_CONFIG holds the configuration itself";

  private Commands() {}

  /** The program's version, from the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"fairlead " + text()};
    }

    static String text() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }
  }

  @Command(
      name = "fairlead",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description =
          "A layer-7 service-mesh proxy for ECS with Consul. 'fairlead CONFIG' is 'fairlead run CONFIG'.",
      subcommands = {Run.class, Check.class, Config.class, Explain.class, Health.class, Demo.class})
  static final class Root implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

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
      versionProvider = Version.class,
      description = "Run the proxy until SIGTERM, which drains it.")
  static final class Run implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = CONFIG_LABEL, description = CONFIG_HELP)
    private @Nullable String config;

    @Override
    public Integer call() {
      return new RunCommand(Inputs.ofProcess()).run(config).number();
    }
  }

  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description =
          "Print every fault of a configuration as file:line:column; exit 0 when there is none, else 78.")
  static final class Check implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = CONFIG_LABEL, description = CONFIG_HELP)
    private @Nullable String config;

    @Override
    public Integer call() {
      return Inputs.ofProcess().check(config).number();
    }
  }

  @Command(
      name = "config",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description =
          "Print the effective configuration: substituted values with their origin, secrets redacted.")
  static final class Config implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = CONFIG_LABEL, description = CONFIG_HELP)
    private @Nullable String config;

    @Override
    public Integer call() {
      return Inputs.ofProcess().show(config).number();
    }
  }

  @Command(
      name = "explain",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = {
        "Tell what a request would do: identifier, each dtab step, addresses and why each was kept or dropped.",
        "URL is what a caller would ask for, such as http://web/users; its port chooses the router that listens there."
      })
  static final class Explain implements Callable<Integer> {
    @Parameters(
        index = "0",
        paramLabel = CONFIG_LABEL,
        description = "a file, or - for standard input")
    private @Nullable String config;

    @Parameters(index = "1", paramLabel = "URL", description = "what the caller asks for")
    private @Nullable String url;

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
        description = "ask the proxy that is running with this configuration, by its admin port")
    private boolean live;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @Override
    public Integer call() {
      String target = url == null ? "" : url;
      return new ExplainCommand(Inputs.ofProcess())
          .run(
              config,
              new ExplainRequest(method, target, java.util.List.of(headers), router),
              live,
              json)
          .number();
    }
  }

  @Command(
      name = "health",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description =
          "Ask the local admin port ($FAIRLEAD_ADMIN, else 127.0.0.1:9990); exit 0 when it answers, else 1.")
  static final class Health implements Callable<Integer> {
    @Override
    public Integer call() {
      return HealthCommand.run(System.getenv(), System.err);
    }
  }

  @Command(
      name = "demo",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description =
          "The whole path on loopback: an edge, two hosts, embedded discovery, two services, and a page to look at.")
  static final class Demo implements Callable<Integer> {
    @Option(
        names = "--port",
        paramLabel = "PORT",
        defaultValue = "8080",
        description = "of the page; default: ${DEFAULT-VALUE}")
    private int port = 8080;

    @Option(names = "--once", description = "print the path of two requests and leave")
    private boolean once;

    @Override
    public Integer call() {
      return new DemoCommand(Inputs.ofProcess(), port, once).run().number();
    }
  }
}

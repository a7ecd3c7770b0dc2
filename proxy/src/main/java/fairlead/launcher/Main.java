package fairlead.launcher;

import fairlead.launcher.Commands.Root;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;

/** The program: reads the command line and hands over to one of {@link Commands}. */
public final class Main {
  private static final Set<String> COMMANDS =
      Set.of("run", "check", "config", "explain", "health", "demo", "help");

  private Main() {}

  /** Exits with one of {@link ExitCode}. */
  public static void main(String[] args) {
    int code = run(List.of(args), System.getenv("FAIRLEAD_CONFIG") != null);
    // A running proxy has already left through its life cycle; here only what is done is done.
    System.exit(code);
  }

  /** The exit code of this command line. Blocks until the command is done. */
  static int run(List<String> args, boolean configInEnvironment) {
    var commandLine = new CommandLine(new Root());
    commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    commandLine.setParameterExceptionHandler(Main::usage);
    commandLine.setExecutionExceptionHandler(
        (failure, command, _) -> {
          throw failure instanceof RuntimeException unchecked
              ? unchecked
              : new IllegalStateException(command.getCommandName(), failure);
        });
    return commandLine.execute(normalised(args, configInEnvironment).toArray(String[]::new));
  }

  /**
   * {@code fairlead FILE} means {@code fairlead run FILE}; Linkerd's {@code -validate} means {@code
   * check}.
   */
  static List<String> normalised(List<String> args, boolean configInEnvironment) {
    var kept = new ArrayList<String>();
    boolean validate = false;
    for (String arg : args) {
      if (arg.equals("-validate") || arg.equals("-validate=true")) {
        validate = true;
      } else if (!isFinagleFlag(arg)) {
        kept.add(arg);
      }
    }
    if (validate) {
      kept.add(0, "check");
      return kept;
    }
    boolean runs =
        kept.isEmpty()
            ? configInEnvironment
            : !COMMANDS.contains(kept.getFirst())
                && (kept.getFirst().equals("-") || !kept.getFirst().startsWith("-"));
    if (runs) {
      kept.add(0, "run");
    }
    return kept;
  }

  /**
   * Flags of Linkerd's own launcher that have no meaning here; taken so that a start script goes on
   * working.
   */
  private static boolean isFinagleFlag(String arg) {
    boolean flag =
        arg.startsWith("-com.twitter.")
            || arg.startsWith("-io.buoyant.")
            || arg.startsWith("-log.");
    if (flag) {
      System.err.println("fairlead: " + arg + " has no effect; leave it out");
    }
    return flag;
  }

  private static int usage(CommandLine.ParameterException fault, String[] args) {
    var command = fault.getCommandLine();
    command
        .getErr()
        .println(
            "fairlead: "
                + fault.getMessage()
                + "; see '"
                + command.getCommandSpec().qualifiedName()
                + " --help'");
    return ExitCode.USAGE.number();
  }
}

package fairlead.launcher;

import fairlead.config.ConfigText;
import fairlead.config.Words;
import fairlead.launcher.Commands.Root;
import java.io.File;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Reads any command line and hands over to one of {@link Commands}. */
final class CommandLineReader {
  private static final int HELP_COLUMNS = 100;

  private CommandLineReader() {}

  /** The exit code of this command line. Blocks until the command is done. */
  static int run(List<String> args, Inputs inputs) {
    var commandLine =
        new CommandLine(new Root(inputs))
            .setOut(new PrintWriter(inputs.out(), true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(inputs.err(), true, StandardCharsets.UTF_8))
            .setUsageHelpWidth(HELP_COLUMNS)
            .setExpandAtFiles(false)
            .setParameterExceptionHandler((fault, _) -> usage(fault))
            .setExecutionExceptionHandler(
                (failure, command, _) -> {
                  throw failure instanceof RuntimeException unchecked
                      ? unchecked
                      : new IllegalStateException(command.getCommandName(), failure);
                });
    var commands = commandLine.getSubcommands().keySet();
    var kept = normalised(args, inputs, commands);
    String stray = strayCommand(kept, commands);
    if (stray != null) {
      inputs.err().println(stray);
      return ExitCode.USAGE.number();
    }
    return commandLine.execute(kept.toArray(String[]::new));
  }

  /**
   * {@code fairlead FILE} means {@code fairlead run FILE}; Linkerd's {@code -validate} means {@code
   * check}.
   */
  private static List<String> normalised(List<String> args, Inputs inputs, Set<String> commands) {
    boolean configInEnvironment = inputs.environment().containsKey(ConfigText.VARIABLE);
    var kept = new ArrayList<String>();
    boolean validate = false;
    for (String arg : args) {
      if (arg.equals("-validate") || arg.equals("-validate=true")) {
        validate = true;
      } else if (isFlagOfLinkerd(arg)) {
        inputs.err().println("fairlead: " + arg + " has no effect; leave it out");
      } else {
        kept.add(arg);
      }
    }
    if (validate) {
      kept.remove("run");
      kept.addFirst("check");
    } else if (kept.isEmpty() ? configInEnvironment : isConfig(kept.getFirst(), commands)) {
      kept.addFirst("run");
    }
    return kept;
  }

  private static boolean isConfig(String first, Set<String> commands) {
    return !commands.contains(first) && (first.equals("-") || !first.startsWith("-"));
  }

  /**
   * Flags of Linkerd's own launcher that have no meaning here; taken so that a start script goes on
   * working.
   */
  private static boolean isFlagOfLinkerd(String arg) {
    return arg.startsWith("-com.twitter.")
        || arg.startsWith("-io.buoyant.")
        || arg.startsWith("-log.")
        || arg.equals("-validate=false");
  }

  /** What to say of {@code run WORD …} when the word was meant as a command; null when not. */
  private static @Nullable String strayCommand(List<String> kept, Set<String> commands) {
    if (kept.size() < 2
        || !kept.getFirst().equals("run")
        || !kept.get(1).matches("[A-Za-z]+")
        || new File(kept.get(1)).exists()) {
      return null;
    }
    String word = kept.get(1);
    String near = Words.nearest(word, commands);
    return "fairlead: '"
        + word
        + "' is no command and no file; "
        + (near == null ? "" : "did you mean '" + near + "'? ")
        + "see 'fairlead --help'";
  }

  private static int usage(CommandLine.ParameterException fault) {
    var command = fault.getCommandLine();
    command
        .getErr()
        .println(
            "fairlead: "
                + what(fault)
                + "; see '"
                + command.getCommandSpec().qualifiedName()
                + " --help'");
    return ExitCode.USAGE.number();
  }

  /** Picocli's words, but for what an operator would have to guess at. */
  private static String what(CommandLine.ParameterException fault) {
    if (fault instanceof CommandLine.UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      if (!unmatched.isUnknownOption()) {
        return "'" + first + "' is one argument too many; leave it out";
      }
      String near = unmatched.getSuggestions().stream().findFirst().orElse(null);
      return "unknown option '"
          + first
          + "'"
          + (near == null ? "" : "; did you mean '" + near + "'?");
    }
    return String.valueOf(fault.getMessage());
  }
}

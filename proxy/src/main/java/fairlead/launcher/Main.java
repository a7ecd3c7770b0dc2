package fairlead.launcher;

import fairlead.config.ConfigText;
import java.io.File;
import java.util.List;

/** The program. */
public final class Main {
  private Main() {}

  /** Exits with one of {@link ExitCode}. */
  public static void main(String[] args) {
    // A container's health check runs every few seconds: no command line library for it.
    int code =
        args.length == 1 && args[0].equals("health")
            ? HealthCommand.run(System.getenv(), System.err)
            : run(List.of(args), Inputs.ofProcess());
    // A running proxy has already left through its life cycle; here only what is done is done.
    System.exit(code);
  }

  /** The exit code of this command line. Blocks until the command is done. */
  static int run(List<String> args, Inputs inputs) {
    // Nor for a plain start: the library's classes are too old for the AOT cache, and take a third
    // of the time to the first request.
    if (args.isEmpty() && inputs.environment().containsKey(ConfigText.VARIABLE)) {
      return new RunCommand(inputs).run(null, false).number();
    }
    if (isPlainStart(args)) {
      return new RunCommand(inputs).run(args.getLast(), false).number();
    }
    return CommandLineReader.run(args, inputs);
  }

  /** Whether it is {@code FILE} or {@code run FILE}, which no other command could mean. */
  private static boolean isPlainStart(List<String> args) {
    if (args.size() != 1 && !(args.size() == 2 && args.getFirst().equals("run"))) {
      return false;
    }
    String file = args.getLast();
    boolean cannotBeACommand = file.contains(".") || file.contains("/");
    return cannotBeACommand && !file.startsWith("-") && new File(file).isFile();
  }
}

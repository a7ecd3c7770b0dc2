package fairlead.launcher;

/** How the program ends; the numbers are those of {@code sysexits} where it has one. */
enum ExitCode {
  OK(0),
  /** {@code health}: nobody answers. */
  UNHEALTHY(1),
  USAGE(64),
  /** A port cannot be had. */
  UNAVAILABLE(69),
  CONFIGURATION(78),
  /** Stopped by SIGTERM after a drain. */
  TERMINATED(143);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}

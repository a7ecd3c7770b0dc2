package fairlead.launcher;

/** The program. */
public final class Main {
  private Main() {}

  /** Placeholder of the frame: the command line arrives with the configuration. */
  public static void main(String[] args) {
    System.out.println("fairlead");
  }
}

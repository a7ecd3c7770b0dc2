package fairlead.naming;

/** Paths from text ({@code spec/routing.md} §1). */
public final class Paths {
  private Paths() {}

  /**
   * The path that {@code text} says.
   *
   * @throws NameSyntaxException when it says none
   */
  public static Path parse(String text) {
    return new NameParser(text).wholePath();
  }
}

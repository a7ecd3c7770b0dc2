package fairlead.naming;

/** Dtabs from text ({@code spec/routing.md} §3). */
public final class Dtabs {
  private Dtabs() {}

  /**
   * The rules that {@code text} says; none when it is blank.
   *
   * @throws NameSyntaxException when it says none
   */
  public static Dtab parse(String text) {
    return new NameParser(text).wholeDtab();
  }
}

package fairlead.exchange;

/** What a filter says to a request. */
public sealed interface Verdict {
  /** Go on. */
  Verdict PASS = new Pass();

  /** Go on. */
  record Pass() implements Verdict {}

  /** Do not ask anybody further: answer with this. */
  record Refuse(Failure failure) implements Verdict {}
}

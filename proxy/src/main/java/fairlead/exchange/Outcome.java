package fairlead.exchange;

/** How an exchange, or one attempt of it, ended. */
public sealed interface Outcome {
  /** The whole answer was passed on. */
  Outcome ANSWERED = new Answered();

  /** The caller went away before the answer was whole. */
  Outcome ABANDONED = new Abandoned();

  /** The answer of this attempt was thrown away: the request is sent again. */
  Outcome RETRIED = new Retried();

  /** The whole answer was passed on. */
  record Answered() implements Outcome {}

  /** No answer, or only a part of one. */
  record Failed(Failure failure) implements Outcome {}

  /** The caller went away before the answer was whole. */
  record Abandoned() implements Outcome {}

  /** The answer of this attempt was thrown away: the request is sent again. */
  record Retried() implements Outcome {}
}

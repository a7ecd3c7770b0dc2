package fairlead.exchange;

import fairlead.http.Head;

/** Puts another body in the place of an answer's own, or more behind it. Event loop only. */
public interface AnswerRewriter {
  /** The answer stays as it is. */
  int UNCHANGED = -1;

  /** What {@link #rewrite} gives comes behind the body, which passes as it comes. */
  int APPENDED = -2;

  /**
   * How much of the body of the answer with this {@code head} is to be seen, in bytes: 0 for
   * nothing, {@link #UNCHANGED} when it is not to be replaced, or {@link #APPENDED}.
   */
  int mostBytes(Exchange exchange, Head head);

  /**
   * The body to send, or what comes behind it, after all filters have seen the {@code head}. The
   * head of a body that is replaced may still be changed.
   *
   * @param body what came; empty when nothing was to be seen, or it is longer than that, or of a
   *     length that nobody told
   * @param whole whether {@code body} is all that came
   */
  byte[] rewrite(Exchange exchange, Head head, byte[] body, boolean whole);
}

package fairlead.exchange;

/** Tries to get an exchange answered, and knows what came of it. Event loop only. */
public abstract non-sealed class Attempts extends Judgement {
  /**
   * None yet.
   *
   * @param classifier judge of what comes of them
   */
  protected Attempts(ResponseClassifier classifier) {
    super(classifier);
  }

  /**
   * An attempt failed, and the same request may be sent again: nobody processed it. Starts another
   * and returns true, or returns false.
   */
  protected abstract boolean again(Failure failure);

  /**
   * An attempt came to something that another may mend. Whether there may be one; then it is paid
   * for, and {@link #retry} follows.
   *
   * @param bodyKept whether the request's body can be sent again
   */
  protected abstract boolean mayRetry(boolean bodyKept);

  /**
   * Starts another attempt, on the whole way from the name on, after some time.
   *
   * @param pushbackMillis what the backend asks for; {@link ResponseClassifier#NO_PUSHBACK} when it
   *     says nothing
   */
  protected abstract void retry(long pushbackMillis);

  /**
   * An answer shall be held back until it is known whether it is worth another attempt. {@link
   * Exchange#releaseAnswer} follows when that takes too long, unless {@link #held} comes first.
   *
   * @return how many bytes of it at most; 0 when it is not to be held back
   */
  protected abstract int hold();

  /**
   * It is not held back any more.
   *
   * @param tooLong because it has more bytes than are held
   */
  protected abstract void held(boolean tooLong);

  /** The exchange is over, however it ended: nothing needs be waited for any more. Once. */
  protected abstract void over();
}

package fairlead.exchange;

import fairlead.http.Head;

/** An answer of which the caller sees nothing, or nothing yet. Event loop only. */
sealed interface Withheld {
  /** Its end is awaited for the sake of its connection only. */
  enum Discarded implements Withheld {
    ANSWER
  }

  /** It says that the request was not processed; the rest is read for its connection's sake. */
  final class Nack implements Withheld {
    private final Failure.Nacked said;
    private int bytes;

    Nack(Failure.Nacked said) {
      this.said = said;
    }

    Failure.Nacked said() {
      return said;
    }

    /** So many bytes more of it came; whether that is too much. */
    boolean isTooMuch(int more) {
      bytes += more;
      return bytes > Nacks.BODY_BYTES;
    }
  }

  /** Its end may yet call for another attempt. */
  final class Held implements Withheld {
    private final Head head;
    private final KeptBody body;
    private final boolean rewritten;

    /**
     * Nothing of its body yet.
     *
     * @param rewritten it is awaited only to put another body in its place
     */
    Held(Head head, int mostBytes, boolean rewritten) {
      this.head = head;
      this.body = new KeptBody(mostBytes);
      this.rewritten = rewritten;
    }

    boolean isRewritten() {
      return rewritten;
    }

    Head head() {
      return head;
    }

    /** Its body as far as it came. */
    KeptBody body() {
      return body;
    }
  }
}

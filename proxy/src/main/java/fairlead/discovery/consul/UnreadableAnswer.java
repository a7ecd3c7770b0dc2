package fairlead.discovery.consul;

/** An answer that is not what Consul's API promises; the message is one line for a log. */
public final class UnreadableAnswer extends Exception {
  public UnreadableAnswer(String message) {
    super(message);
  }

  public UnreadableAnswer(String message, Throwable cause) {
    super(message, cause);
  }
}

package fairlead.telemetry.trace;

/** Takes spans. */
public interface SpanSink extends AutoCloseable {
  /** Takes one that is over. Any thread; never waits. */
  void accept(Span span);

  /** Sends what there is still to send, for two seconds at most. Blocks. */
  @Override
  default void close() {}
}

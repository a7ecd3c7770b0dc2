package fairlead.activity;

/** Something going on until it is closed. Closing twice does nothing more. */
@FunctionalInterface
public interface Watch extends AutoCloseable {
  /** Nothing to stop. */
  Watch NONE = () -> {};

  @Override
  void close();
}

package fairlead.balance;

/** What a picker compares: one endpoint as one event loop sees it. Event loop only. */
public interface Node {
  /**
   * What there is to do, all event loops together: sessions checked out, or what they cost ({@code
   * spec/client.md} §4). Less is better.
   */
  double load();

  Status status();

  /** Share of the traffic, above 0 ({@code spec/client.md} §5). */
  double weight();

  /** A number given to it once, the same on every loop, by which an aperture orders. */
  default long token() {
    return 0;
  }

  /** From now on {@code control} is told of each session checked out and released. */
  default void tell(ApertureControl control) {}

  /** Requests are likely to come soon, after others were looked at before. */
  default void prepare() {}

  /** Healthier first ({@code spec/client.md} §4). */
  enum Status {
    OPEN,
    /** Alive, with as many requests in progress as it bears. */
    FULL,
    BUSY,
    CLOSED
  }
}

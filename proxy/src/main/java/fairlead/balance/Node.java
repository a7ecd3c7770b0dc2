package fairlead.balance;

/** What a picker compares: one endpoint as one event loop sees it. Event loop only. */
public interface Node {
  /** Sessions checked out ({@code spec/client.md} §4). */
  int load();

  Status status();

  /** Share of the traffic, above 0 ({@code spec/client.md} §5). */
  double weight();

  /** Healthier first ({@code spec/client.md} §4). */
  enum Status {
    OPEN,
    BUSY,
    CLOSED
  }
}

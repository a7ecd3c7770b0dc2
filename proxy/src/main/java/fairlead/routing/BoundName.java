package fairlead.routing;

import fairlead.activity.SerialExecutor;
import fairlead.naming.Path;

/** A bound id with a residual: its headers, over the client of the id. */
final class BoundName extends SharedEntry {
  private final Client client;
  private final String shown;
  private final BoundHeaders headers;

  BoundName(Client client, Path residual, SerialExecutor control) {
    super(control);
    this.client = client;
    this.shown = client.id().concat(residual).show();
    this.headers = new BoundHeaders(client.id(), residual);
    client.hold();
  }

  Client client() {
    return client;
  }

  /** As in a tree that is told to callers: the id and what the namer did not use. */
  String show() {
    return shown;
  }

  BoundHeaders headers() {
    return headers;
  }

  @Override
  public void close() {
    client.release(idleSince());
  }
}

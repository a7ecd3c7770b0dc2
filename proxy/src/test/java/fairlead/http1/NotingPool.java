package fairlead.http1;

/** An owner of connections to a backend that only notes what it is told. */
public final class NotingPool implements ClientCodec.Owner {
  public int freed;
  public int gone;

  @Override
  public void free(ClientCodec connection) {
    freed++;
  }

  @Override
  public void gone(ClientCodec connection) {
    gone++;
  }
}

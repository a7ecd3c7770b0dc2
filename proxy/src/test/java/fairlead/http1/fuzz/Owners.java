package fairlead.http1.fuzz;

import fairlead.exchange.ConnectionEvents;
import fairlead.http1.ClientCodec;
import fairlead.wire.CallerConnection;
import fairlead.wire.ServerOwner;
import fairlead.wire.Slowness;
import org.jspecify.annotations.Nullable;

/** Owners of connections, without interest in them. */
final class Owners {
  private Owners() {}

  static class Events implements ConnectionEvents {
    @Override
    public void opened() {}

    @Override
    public void bytes(long received, long sent) {}

    @Override
    public void closed(long nanos, long in, long out, long requests, @Nullable Throwable cause) {}
  }

  static final class OfCallers extends Events implements ServerOwner {
    @Override
    public ServerOwner.Phase phase() {
      return ServerOwner.Phase.SERVING;
    }

    @Override
    public void joined(CallerConnection connection) {}

    @Override
    public void left(CallerConnection connection) {}

    @Override
    public void idleClose() {}

    @Override
    public void lifetimeClose() {}

    @Override
    public void tooSlow(Slowness what) {}
  }

  static final class OfBackends implements ClientCodec.Owner {
    int freed;

    @Override
    public void free(ClientCodec connection) {
      freed++;
    }

    @Override
    public void gone(ClientCodec connection) {}
  }
}

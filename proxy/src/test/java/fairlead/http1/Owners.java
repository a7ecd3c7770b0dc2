package fairlead.http1;

import fairlead.exchange.ConnectionEvents;
import fairlead.wire.CallerConnection;
import fairlead.wire.ServerOwner;
import fairlead.wire.Slowness;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Owners of connections that only note what they are told. */
final class Owners {
  private Owners() {}

  static final class OfCallers extends Events implements ServerOwner {
    ServerOwner.Phase phase = ServerOwner.Phase.SERVING;
    int idleCloses;
    int lifetimeCloses;
    final List<Slowness> slow = new ArrayList<>();

    @Override
    public ServerOwner.Phase phase() {
      return phase;
    }

    @Override
    public void joined(CallerConnection connection) {}

    @Override
    public void left(CallerConnection connection) {}

    @Override
    public void idleClose() {
      idleCloses++;
    }

    @Override
    public void lifetimeClose() {
      lifetimeCloses++;
    }

    @Override
    public void tooSlow(Slowness what) {
      slow.add(what);
    }
  }

  static final class OfBackends implements ClientCodec.Owner {
    int freed;
    int gone;

    @Override
    public void free(ClientCodec connection) {
      freed++;
    }

    @Override
    public void gone(ClientCodec connection) {
      gone++;
    }
  }

  static class Events implements ConnectionEvents {
    long received;
    long sent;

    @Override
    public void opened() {}

    @Override
    public void bytes(long moreReceived, long moreSent) {
      received += moreReceived;
      sent += moreSent;
    }

    @Override
    public void closed(long nanos, long in, long out, long requests, @Nullable Throwable cause) {}
  }
}

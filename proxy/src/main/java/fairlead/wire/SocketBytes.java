package fairlead.wire;

import io.netty.channel.ChannelHandler;

/** Stands right before the socket where what we write is not what leaves. Event loop only. */
public interface SocketBytes extends ChannelHandler {
  /** Bytes that have been offered to the system so far. */
  long offered();
}

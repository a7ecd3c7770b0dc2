package fairlead.exchange;

import fairlead.http.Fields;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange needs of either of its two connections, whatever the protocol. Event loop only.
 * What comes in is told to the {@link Exchange}; what goes out is given to these methods.
 */
public interface MessageStream {
  /** Sends a part of the body. Takes the buffer over, also when the stream is gone already. */
  void data(ByteBuf data);

  /** Ends the message. {@code trailers} are not kept. */
  void end(@Nullable Fields trailers);

  /** Gives up: the other end must be able to tell that the message is not whole. */
  void reset(ErrorCode why);

  /** Whether more may be sent now; the exchange is told when that becomes true again. */
  boolean writable();

  /** Whether the body that comes in shall be read on. Off at first on the caller's side. */
  void reading(boolean on);
}

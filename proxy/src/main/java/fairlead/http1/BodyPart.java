package fairlead.http1;

import fairlead.http.Fields;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What came of reading a body. */
public sealed interface BodyPart {
  /** Nothing more in the buffer. */
  record NeedMore() implements BodyPart {
    static final NeedMore INSTANCE = new NeedMore();
  }

  /** Content without framing: a slice that the receiver releases or passes on. */
  record Data(ByteBuf bytes) implements BodyPart {}

  /**
   * The body is complete; what follows it was left in the buffer.
   *
   * @param trailers null when there were none; good until the reader begins the next body
   */
  record End(@Nullable Fields trailers) implements BodyPart {
    static final End WITHOUT_TRAILERS = new End(null);
  }

  /** The body is broken: close the connection. */
  record Broken(Rejection rejection) implements BodyPart {}
}

package fairlead.http1;

import fairlead.http.Head;
import fairlead.wire.HeadLimits;
import fairlead.wire.SpareHeads;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The head of the request in progress, from its first byte to the end of its answer; in between
 * there is none, so that an idle caller costs little. Event loop only; one a connection.
 */
final class RequestHead {
  private final HeadParser parser;
  private @Nullable Head head;

  RequestHead(HeadLimits limits) {
    parser = HeadParser.ofRequests(limits);
  }

  /** Reads on. */
  ParseResult parse(ByteBuf in) {
    return parser.parse(in, get());
  }

  /** Whether a part of it is there. */
  boolean isMidway() {
    return parser.isMidway();
  }

  Head get() {
    if (head == null) {
      head = SpareHeads.take();
    }
    return head;
  }

  /** The request is over. */
  void drop() {
    if (head != null) {
      SpareHeads.give(head);
      head = null;
    }
  }
}

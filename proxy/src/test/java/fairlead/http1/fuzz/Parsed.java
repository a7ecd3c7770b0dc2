package fairlead.http1.fuzz;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a parser made of a stream of bytes.
 *
 * @param messages the complete ones
 * @param open one whose head is complete but not the rest, with as much of its body as there is
 * @param why for people; not compared
 */
record Parsed(List<Message> messages, @Nullable Message open, End end, String why) {
  /** How the stream ended. */
  enum End {
    /** With a message. */
    CLEAN,
    /** Within a message that may become a good one. */
    MIDWAY,
    /** Within one that cannot, though its bad line is not complete: it need not be refused yet. */
    DOOMED,
    /** With a message that is refused. */
    REFUSED
  }

  /** Whether a parser that made {@code other} of the bytes is right, this being the truth. */
  boolean allows(Parsed other) {
    return messages.equals(other.messages) && Objects.equals(open, other.open) && allows(other.end);
  }

  private boolean allows(End other) {
    return end == End.DOOMED ? other == End.MIDWAY || other == End.REFUSED : end == other;
  }
}

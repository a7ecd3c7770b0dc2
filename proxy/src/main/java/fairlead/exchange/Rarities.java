package fairlead.exchange;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What few exchanges have: the others do not pay for its room. Event loop only. */
final class Rarities {
  @Nullable String callerHost;
  @Nullable String upgrade;
  @Nullable Future<?> deadlineTimer;
  @Nullable Inquiry inquiry;
  @Nullable AnswerRewriter rewriter;
  int retries;
  @Nullable Notes notes;
}

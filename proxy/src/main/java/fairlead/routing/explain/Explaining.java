package fairlead.routing.explain;

import fairlead.http.Head;
import fairlead.naming.Dtab;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tells how a request that came in is named, and what the name means. Any thread. */
@FunctionalInterface
public interface Explaining {
  /** Knows nothing. */
  Explaining NONE =
      (_, _) -> CompletableFuture.completedFuture(Explained.nothing("", "nothing is known"));

  /**
   * What is done with the request.
   *
   * @param head read before this returns, and not changed
   * @param local the dtab that came with the request
   */
  CompletionStage<Explained> explain(Head head, Dtab local);
}

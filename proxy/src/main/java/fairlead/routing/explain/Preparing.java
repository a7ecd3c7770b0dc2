package fairlead.routing.explain;

import fairlead.exchange.Exchange;
import fairlead.naming.Dtab;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;

/** Has a request explained before it is routed. */
final class Preparing {
  private Preparing() {}

  /** Gives {@code taker} what is told, then goes on, both on {@code loop}. Event loop only. */
  static void of(
      Explaining explaining,
      Exchange exchange,
      Dtab local,
      String label,
      EventExecutor loop,
      Consumer<Explained> taker,
      Runnable then) {
    var _ =
        explaining
            .explain(exchange.request(), local)
            .whenCompleteAsync(
                (told, fault) -> {
                  taker.accept(
                      told == null
                          ? Explained.nothing(label, "not explained: " + fault.getMessage())
                          : told);
                  if (!exchange.isEnded()) {
                    then.run();
                  }
                },
                loop);
  }
}

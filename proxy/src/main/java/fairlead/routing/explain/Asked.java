package fairlead.routing.explain;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Inquiry;
import fairlead.naming.Dtab;

/** A caller's question about its own request, also the outermost filter of it. Event loop only. */
public interface Asked extends Inquiry, Filter {
  /** Finds out about the name first, when that is asked for; {@code then} goes on, on the loop. */
  void prepare(Exchange exchange, Dtab local, Runnable then);
}

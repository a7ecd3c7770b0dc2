package fairlead.exchange;

/** What becomes of requests. Event loop only. */
@FunctionalInterface
public interface Service {
  void begin(Exchange exchange);
}

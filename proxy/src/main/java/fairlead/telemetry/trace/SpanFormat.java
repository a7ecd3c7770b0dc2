package fairlead.telemetry.trace;

import java.util.List;

/** How a collector wants spans: the body of a request to it, of JSON. Any thread. */
@FunctionalInterface
public interface SpanFormat {
  /** These spans, of which there is at least one. */
  byte[] encode(List<Span> spans);
}

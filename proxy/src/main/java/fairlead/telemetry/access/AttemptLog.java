package fairlead.telemetry.access;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.http.HeaderNames;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Linkerd's access log ({@code spec/http.md} §15, §17.10): a line for each attempt that got a
 * response, in its form. Stands where an attempt begins. One an event loop.
 */
public final class AttemptLog implements Filter {
  private static final DateTimeFormatter NAMED_ZONE =
      DateTimeFormatter.ofPattern("dd/MM/yyyy:HH:mm:ss z", Locale.ENGLISH);
  private static final DateTimeFormatter NUMERIC_ZONE =
      DateTimeFormatter.ofPattern("dd/MM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

  private final AccessLog.Hand log;
  private final boolean h2;
  private final InstantSource clock;
  private final SecondText times;
  private final Line line = new Line();

  /**
   * @param h2 in the form of an h2 router
   */
  AttemptLog(AccessLog.Hand log, boolean h2, InstantSource clock, ZoneId zone) {
    this.log = log;
    this.h2 = h2;
    this.clock = clock;
    this.times = new SecondText(h2 ? NUMERIC_ZONE : NAMED_ZONE, zone);
  }

  @Override
  public void response(Exchange exchange) {
    var response = exchange.response();
    if (response == null) {
      return;
    }
    var request = exchange.request();
    line.begin();
    String host = exchange.callerHost(); // as it was before it was rewritten
    if (host == null) {
      line.putField(request, HeaderNames.HOST);
    } else {
      byte[] bytes = host.getBytes(StandardCharsets.ISO_8859_1);
      line.putSent(bytes, 0, bytes.length);
    }
    line.put(' ').putHost(exchange.caller().peer());
    line.put(" - - [").put(times.of(clock.millis())).put("] \"");
    line.putSent(request.array(), request.methodOffset(), request.methodLength()).put(' ');
    line.putSent(request.array(), request.targetOffset(), request.targetLength());
    line.put(protocol(exchange)).put("\" ").put(response.status()).put(' ');
    if (h2 || response.contentLength() < 0) {
      line.put('-');
    } else {
      line.put(response.contentLength());
    }
    line.put(" \"").putField(request, HeaderNames.REFERER);
    line.put("\" \"").putField(request, HeaderNames.USER_AGENT).put("\"\n");
    log.add(line.array(), line.length());
  }

  private String protocol(Exchange exchange) {
    if (h2 || exchange.request().isHttp2()) {
      return " HTTP/2";
    }
    return exchange.request().minorVersion() == 0 ? " HTTP/1.0" : " HTTP/1.1";
  }
}

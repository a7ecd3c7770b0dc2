package fairlead.telemetry.trace;

import fairlead.http.TraceId;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request as the server's side of a router saw it, or one attempt of it. Immutable.
 *
 * @param service whose span it is: the router's label
 * @param startMicros since the epoch
 * @param local null where it is of no network
 * @param remote the caller, or the endpoint that was asked; null when none was
 * @param remoteService the name behind {@code remote}; null when it has none
 * @param destination of a server's span: whom the last attempt asked
 * @param tags in the order told
 * @param error why it failed; null when it did not
 */
public record Span(
    Side side,
    TraceId id,
    String name,
    String service,
    long startMicros,
    long durationMicros,
    @Nullable InetSocketAddress local,
    @Nullable InetSocketAddress remote,
    @Nullable String remoteService,
    @Nullable InetSocketAddress destination,
    Map<String, String> tags,
    List<Note> notes,
    @Nullable String error) {
  /** Which of the two it is. */
  public enum Side {
    SERVER,
    CLIENT
  }

  /** Something that happened within it. */
  public record Note(long micros, String text) {}

  public Span {
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    notes = List.copyOf(notes);
  }

  /** Whether nothing asked for it: the first of its trace. */
  public boolean isRoot() {
    return id.parent() == id.span();
  }
}

package fairlead.http2;

import fairlead.exchange.Limits;
import fairlead.wire.Patience;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a listener asks of its HTTP/2 connections.
 *
 * @param idleTime a connection without a stream for so long is closed; null for never
 * @param lifeTime a connection so old takes no more streams; null for never
 * @param tunnels whether WebSockets may be opened by an extended CONNECT (RFC 8441)
 * @param resets whether failures are told as an h2 router of Linkerd does, some by resets ({@code
 *     spec/http.md} §17.6), and not all by answers as an http router does
 */
public record Http2ServerSettings(
    Http2Settings http2,
    Limits limits,
    @Nullable Duration idleTime,
    @Nullable Duration lifeTime,
    Patience patience,
    boolean tunnels,
    boolean resets) {}

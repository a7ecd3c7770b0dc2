package fairlead.server;

import fairlead.http2.Http2Settings;
import fairlead.tls.ServerTls;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One listener ({@code spec/config.md} §7). Immutable.
 *
 * @param port 0 asks the system for a free one
 * @param maxCallDepth more {@code Via} parts than this are refused ({@code spec/http.md} §6.1)
 * @param timestampHeader null for none
 * @param tls null for plain text
 */
public record ServerConfig(
    InetAddress ip,
    int port,
    SocketOptions socketOptions,
    @Nullable Integer maxConcurrentRequests,
    int maxCallDepth,
    boolean clearContext,
    @Nullable String timestampHeader,
    @Nullable Duration idleTime,
    @Nullable Duration lifeTime,
    @Nullable ForwardedConfig forwarded,
    Tunnels tunnels,
    GuardConfig guard,
    Spoken spoken,
    Http2Settings http2,
    @Nullable ServerTls tls) {
  /** {@code maxCallDepth} when nothing is written. */
  static final int DEFAULT_CALL_DEPTH = 1000;

  /** One on loopback and a free port, for nobody but this process: all is as by default. */
  public static ServerConfig onLoopback() {
    return new ServerConfig(
        InetAddress.getLoopbackAddress(),
        0,
        SocketOptions.DEFAULT,
        null,
        DEFAULT_CALL_DEPTH,
        false,
        null,
        null,
        null,
        null,
        Tunnels.DEFAULT,
        GuardConfig.DEFAULT,
        Spoken.HTTP1,
        Http2Settings.DEFAULT,
        null);
  }

  /** What callers may speak. */
  public enum Spoken {
    HTTP1,
    /** HTTP/2 too, when a connection begins with its preface. */
    BOTH,
    /** HTTP/1.1 only to ask for HTTP/2. */
    HTTP2
  }

  /**
   * What callers may have beside requests and answers.
   *
   * @param upgrades protocols that they may change to
   * @param connect whether CONNECT is served
   */
  public record Tunnels(List<String> upgrades, boolean connect) {
    public static final Tunnels DEFAULT = new Tunnels(List.of("websocket"), false);

    public Tunnels {
      upgrades = List.copyOf(upgrades);
    }
  }

  /** {@code addForwardedHeader} (§7.3). */
  public record ForwardedConfig(Labeler by, Labeler forPeer) {}

  /** What stands for an address in {@code Forwarded}. */
  public sealed interface Labeler {
    record Ip() implements Labeler {}

    record IpPort() implements Labeler {}

    record RequestRandom() implements Labeler {}

    record ConnectionRandom() implements Labeler {}

    record RouterLabel() implements Labeler {}

    record Fixed(String label) implements Labeler {}
  }

  /**
   * {@code socketOptions} (§7.2); null leaves the system's default.
   *
   * @param readTimeout nothing came for so long; null for never
   * @param writeTimeout nothing was taken for so long; null for our own default
   */
  public record SocketOptions(
      boolean noDelay,
      boolean reuseAddr,
      boolean reusePort,
      @Nullable Boolean keepAlive,
      @Nullable Integer backlog,
      @Nullable Duration readTimeout,
      @Nullable Duration writeTimeout) {
    public static final SocketOptions DEFAULT =
        new SocketOptions(true, true, false, null, null, null, null);
  }
}

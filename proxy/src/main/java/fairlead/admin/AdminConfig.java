package fairlead.admin;

import fairlead.config.Secret;
import fairlead.tls.ServerTls;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The block {@code admin} ({@code spec/admin.md} §1). Immutable.
 *
 * @param port 0 asks the system for a free one
 * @param linger how much of {@code shutdownGrace} the listeners stay open, while answers ask
 *     callers to come by another connection; at most half of it is used
 * @param security null serves everything
 * @param tls null for plain text
 * @param identifierPort a second listener, which tells how requests are named; null for none
 * @param token what callers who are not on this host must send as {@code Authorization: Bearer} to
 *     change anything; null lets only this host
 * @param readOnly nobody may change anything, by whatever page
 */
public record AdminConfig(
    InetAddress ip,
    int port,
    Duration shutdownGrace,
    Duration linger,
    @Nullable Security security,
    @Nullable Secret token,
    @Nullable ServerTls tls,
    @Nullable Integer identifierPort,
    boolean readOnly) {
  /** Linkerd's 10 s would cut drains short that ECS gives time for ({@code spec/ecs.md} §1). */
  public static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(25);

  /** Longer than Consul takes to tell the other hosts that this one is going. */
  public static final Duration LINGER = Duration.ofSeconds(3);

  /** {@code admin.port} of Linkerd. */
  public static final int DEFAULT_PORT = 9990;

  /** Loopback, the usual port. */
  public static final AdminConfig DEFAULT =
      new AdminConfig(InetAddress.getLoopbackAddress(), DEFAULT_PORT, SHUTDOWN_GRACE, null, null);

  /** In plain text, with the usual time to linger. */
  public AdminConfig(
      InetAddress ip,
      int port,
      Duration shutdownGrace,
      @Nullable Security security,
      @Nullable Secret token) {
    this(ip, port, shutdownGrace, LINGER, security, token, null, null, false);
  }

  /** This, with another limit of the drain. */
  public AdminConfig withShutdownGrace(Duration grace) {
    return new AdminConfig(ip, port, grace, linger, security, token, tls, identifierPort, readOnly);
  }

  /** The block {@code admin.security} ({@code spec/admin.md} §10); patterns match whole paths. */
  public record Security(
      boolean uiEnabled,
      boolean controlEnabled,
      boolean diagnosticsEnabled,
      List<Pattern> whitelist,
      List<Pattern> blacklist) {
    private static final Pattern UI =
        Pattern.compile(
            "/|/files/.*|/admin/files/.*|/config\\.json|/metrics\\.json|/admin/metrics\\.json"
                + "|/overview\\.json|/admin/metrics|/delegator|/delegator\\.json|/logging|/help");
    private static final Pattern CONTROL =
        Pattern.compile("/admin/(shutdown|reload)|/logging\\.json");

    public Security {
      whitelist = List.copyOf(whitelist);
      blacklist = List.copyOf(blacklist);
    }

    boolean serves(String path) {
      return !anyMatches(blacklist, path) && (enabled(path) || anyMatches(whitelist, path));
    }

    private boolean enabled(String path) {
      if (UI.matcher(path).matches()) {
        return uiEnabled;
      }
      return CONTROL.matcher(path).matches() ? controlEnabled : diagnosticsEnabled;
    }

    private static boolean anyMatches(List<Pattern> patterns, String path) {
      return patterns.stream().anyMatch(pattern -> pattern.matcher(path).matches());
    }
  }
}

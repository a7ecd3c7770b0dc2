package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.server.ServerConfig.ForwardedConfig;
import fairlead.server.ServerConfig.Labeler;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** {@code addForwardedHeader}: one line a request ({@code spec/http.md} §4.8). Event loop only. */
final class ForwardedFilter implements Filter {
  private static final String ALPHANUMERICS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int RANDOM_CHARS = 6;

  private final ForwardedConfig config;
  private final String router;
  private final RandomGenerator random;

  ForwardedFilter(ForwardedConfig config, String router, RandomGenerator random) {
    this.config = config;
    this.router = router;
    this.random = random;
  }

  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public Verdict request(Exchange exchange) {
    var caller = exchange.caller();
    var line =
        new StringBuilder("by=")
            .append(label(config.by(), caller.local(), exchange, 0))
            .append(";for=")
            .append(label(config.forPeer(), caller.peer(), exchange, 1));
    var request = exchange.request();
    String host = request.first(HeaderNames.HOST);
    if (host != null) {
      line.append(request.isHttp2() ? ";authority=" : ";host=").append(host);
    }
    String scheme = scheme(request);
    if (scheme != null) {
      line.append(";proto=").append(scheme);
    }
    request.add(HeaderNames.FORWARDED, line.toString());
    return Verdict.PASS;
  }

  /** What the caller says of it: HTTP/2 always does, HTTP/1 in an absolute target only. */
  private static @Nullable String scheme(Head request) {
    if (request.isHttp2()) {
      return request.isHttps() ? "https" : "http";
    }
    String target = request.target();
    int end = target.indexOf("://");
    return end > 0 && !target.startsWith("/") ? target.substring(0, end) : null;
  }

  private String label(Labeler labeler, SocketAddress address, Exchange exchange, int side) {
    return switch (labeler) {
      case Labeler.Ip _ -> ip(address);
      case Labeler.IpPort _ -> ipPort(address);
      case Labeler.RequestRandom _ -> randomLabel(random);
      case Labeler.ConnectionRandom _ -> ofConnection(exchange, side);
      case Labeler.RouterLabel _ -> obfuscated(router);
      case Labeler.Fixed(var label) -> obfuscated(label);
    };
  }

  /**
   * The same for every request of a connection, other for each: made from the connection itself.
   */
  private static String ofConnection(Exchange exchange, int side) {
    long seed = System.identityHashCode(exchange.caller().connection()) * 2L + side;
    return randomLabel(new java.util.SplittableRandom(seed * 0x9E3779B97F4A7C15L));
  }

  private static String randomLabel(RandomGenerator from) {
    var label = new StringBuilder("_");
    for (int i = 0; i < RANDOM_CHARS; i++) {
      label.append(ALPHANUMERICS.charAt(from.nextInt(ALPHANUMERICS.length())));
    }
    return label.toString();
  }

  private static String obfuscated(String label) {
    return label.startsWith("_") ? label : "_" + label;
  }

  private static String ip(SocketAddress address) {
    if (address instanceof InetSocketAddress socket && isKnown(socket.getAddress())) {
      var inet = socket.getAddress();
      return inet instanceof Inet6Address ? "\"" + text(inet) + "\"" : text(inet);
    }
    return "unknown";
  }

  private static String ipPort(SocketAddress address) {
    return address instanceof InetSocketAddress socket && isKnown(socket.getAddress())
        ? "\"" + text(socket.getAddress()) + ":" + socket.getPort() + "\""
        : "unknown";
  }

  private static boolean isKnown(InetAddress address) {
    return address != null && !address.isAnyLocalAddress();
  }

  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    String bare = zone < 0 ? text : text.substring(0, zone);
    return address instanceof Inet6Address ? "[" + bare + "]" : bare;
  }
}

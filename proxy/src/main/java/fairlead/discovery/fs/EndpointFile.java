package fairlead.discovery.fs;

import fairlead.activity.State;
import fairlead.discovery.inet.HostResolver;
import fairlead.discovery.inet.HostResolver.Answer;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The format of endpoint files ({@code spec/discovery.md} §2). */
final class EndpointFile {
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern WEIGHT = Pattern.compile("\\d+\\.?\\d*|\\.\\d+");

  private EndpointFile() {}

  /**
   * The endpoints that {@code text} lists; failed when a line is none.
   *
   * @param file for messages
   * @param resolver called here, once for each host
   */
  static State<Addr> parse(String file, String text, HostResolver resolver) {
    var endpoints = new HashSet<Endpoint>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = withoutComment(lines.get(i)).strip();
      if (line.isEmpty()) {
        continue;
      }
      Optional<Endpoint> endpoint = endpoint(SPACE.split(line), resolver);
      if (endpoint.isEmpty()) {
        return new State.Failed<>(
            "%s:%d: '%s' is no endpoint; write 'host port' or 'host port * weight'"
                .formatted(file, i + 1, line));
      }
      endpoints.add(endpoint.get());
    }
    return new State.Ok<>(new Addr.Live(endpoints));
  }

  private static String withoutComment(String line) {
    int comment = line.indexOf('#');
    return comment < 0 ? line : line.substring(0, comment);
  }

  private static Optional<Endpoint> endpoint(String[] words, HostResolver resolver) {
    boolean weighted = words.length == 4 && words[2].equals("*");
    if (words.length != 2 && !weighted) {
      return Optional.empty();
    }
    int port = port(words[1]);
    double weight = weighted ? weight(words[3]) : 1.0;
    return port < 1 || !(weight > 0)
        ? Optional.empty()
        : Optional.of(new Endpoint(address(words[0], port, resolver), weight, Map.of()));
  }

  /** 0 when it is none. */
  private static int port(String word) {
    try {
      int port = Integer.parseInt(word);
      return port <= 0xffff ? port : 0;
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  /** 0 when it is none. */
  private static double weight(String word) {
    double weight = WEIGHT.matcher(word).matches() ? Double.parseDouble(word) : 0;
    return Double.isInfinite(weight) ? 0 : weight;
  }

  private static InetSocketAddress address(String host, int port, HostResolver resolver) {
    return switch (resolver.resolve(host)) {
      case Answer.Found(var addresses) -> new InetSocketAddress(addresses.getFirst(), port);
      case Answer.Unknown _, Answer.Failed _ -> InetSocketAddress.createUnresolved(host, port);
    };
  }
}

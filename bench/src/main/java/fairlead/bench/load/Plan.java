package fairlead.bench.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What to send.
 *
 * @param port of the proxy, on 127.0.0.1
 * @param rate requests a second
 * @param warmSeconds the same load, not counted
 * @param connections at most as many requests under way at once
 * @param bodyBytes of each request; 0 for GET
 * @param close whether each request has a connection of its own
 * @param hosts 0: all to {@code web}; else spread over {@code s0}, {@code s1} …
 */
record Plan(
    int port,
    double rate,
    double seconds,
    double warmSeconds,
    int connections,
    String path,
    int bodyBytes,
    boolean close,
    int hosts,
    long seed) {
  private static final Set<String> KEYS =
      Set.of(
          "port",
          "rate",
          "seconds",
          "warm",
          "connections",
          "path",
          "body",
          "close",
          "hosts",
          "seed");

  Plan {
    if (port < 1 || rate <= 0 || seconds <= 0 || warmSeconds < 0 || connections < 1) {
      throw new IllegalArgumentException("port, rate, seconds, connections: expected: > 0");
    }
  }

  /**
   * Of {@code key=value} words.
   *
   * @throws IllegalArgumentException when a word is none of the keys, or no number where one is due
   */
  static Plan parse(List<String> words) {
    var values = new HashMap<String, String>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0 || !KEYS.contains(word.substring(0, equals))) {
        throw new IllegalArgumentException(
            word + " (expected: key=value, with one of the keys " + KEYS + ")");
      }
      values.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return of(values);
  }

  private static Plan of(Map<String, String> values) {
    return new Plan(
        Integer.parseInt(values.getOrDefault("port", "0")),
        Double.parseDouble(values.getOrDefault("rate", "1000")),
        Double.parseDouble(values.getOrDefault("seconds", "10")),
        Double.parseDouble(values.getOrDefault("warm", "2")),
        Integer.parseInt(values.getOrDefault("connections", "64")),
        values.getOrDefault("path", "/"),
        Integer.parseInt(values.getOrDefault("body", "0")),
        Boolean.parseBoolean(values.getOrDefault("close", "false")),
        Integer.parseInt(values.getOrDefault("hosts", "0")),
        Long.parseLong(values.getOrDefault("seed", "1")));
  }
}

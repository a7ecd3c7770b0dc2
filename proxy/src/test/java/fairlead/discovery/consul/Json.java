package fairlead.discovery.consul;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Consul's answers, shortened to what counts. */
final class Json {
  private Json() {}

  static String list(String... entries) {
    return "[" + String.join(",", entries) + "]";
  }

  /** A health entry on node 10.9.9.9. */
  static String instance(String id, String address, int port, String... checks) {
    return tagged(id, address, port, "[]", "{}", checks);
  }

  static String tagged(
      String id, String address, int port, String tags, String meta, String... checks) {
    return """
    {"Node":{"Node":"n1","Address":"10.9.9.9","Meta":{"rack":"r1"},"New":1},
     "Service":{"ID":"%s","Service":"web","Tags":%s,"Address":"%s","Port":%d,"Meta":%s},
     "Checks":%s}
    """
        .formatted(id, tags, address, port, meta, list(checks));
  }

  /** A check that ran. */
  static String check(String id, String status) {
    return "{\"CheckID\":\"%s\",\"Status\":\"%s\",\"Output\":\"it said so\"}".formatted(id, status);
  }

  /** A check that has not run since its agent started. */
  static String unchecked(String id) {
    return "{\"CheckID\":\"%s\",\"Status\":\"critical\",\"Output\":\"\"}".formatted(id);
  }

  static String catalog(String id, String node, String address, String port, String tags) {
    return """
    {"Node":"n1","Address":"%s","NodeMeta":null,"ServiceID":"%s","ServiceName":"web","ServiceTags":%s,
     "ServiceAddress":"%s","ServiceMeta":{}%s}
    """
        .formatted(node, id, tags, address, port.isEmpty() ? "" : ",\"ServicePort\":" + port);
  }

  /** Passing instances at these addresses, port 80. */
  static String passing(String... addresses) {
    return Arrays.stream(addresses)
        .map(a -> instance("web-" + a, a, 80, check("c", "passing")))
        .collect(Collectors.joining(",", "[", "]"));
  }
}

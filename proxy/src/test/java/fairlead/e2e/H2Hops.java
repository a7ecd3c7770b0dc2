package fairlead.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Two h2 routers of one program: the outgoing one speaks to the incoming one, and that one to the
 * backend. One thread.
 */
final class H2Hops implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";

  final Place place = Place.loopback();
  final int front;
  final Fairlead fairlead;

  private H2Hops(Path dir, int backend, String serverOptions) throws IOException {
    front = Parts.freePort(ADDRESS);
    int incoming = Parts.freePort(ADDRESS);
    int admin = Parts.freePort(ADDRESS);
    Path config = dir.resolve("hops.yaml");
    Files.writeString(
        config,
        """
        admin: {ip: 127.0.0.1, port: %4$d, shutdownGraceMs: 20000, lingerMs: 100}
        routers:
        - protocol: h2
          label: outgoing
          dtab: /svc => /$/inet/127.0.0.1/%2$d ;
          servers: [{port: %1$d, ip: 127.0.0.1%5$s}]
        - protocol: h2
          label: incoming
          dtab: /svc => /$/inet/127.0.0.1/%3$d ;
          interpreter:
            kind: default
            transformers: [{kind: io.l5d.specificHost, host: 127.0.0.1}]
          servers: [{port: %2$d, ip: 127.0.0.1%5$s}]
        """
            .formatted(front, incoming, backend, admin, serverOptions));
    fairlead = Fairlead.start(place, config, admin, Map.of());
    try {
      fairlead.awaitReady(front, incoming);
    } catch (AssertionError e) {
      fairlead.close();
      throw e;
    }
  }

  /** Starts the program and returns when it serves. */
  static H2Hops start(Path dir, int backend) throws IOException {
    return new H2Hops(dir, backend, "");
  }

  /** The same with listeners that take {@code streams} on a connection at once. */
  static H2Hops taking(int streams, Path dir, int backend) throws IOException {
    return new H2Hops(dir, backend, ", maxConcurrentStreamsPerConnection: " + streams);
  }

  /** Where callers speak to. */
  String url(String path) {
    return "http://" + ADDRESS + ":" + front + path;
  }

  @Override
  public void close() {
    fairlead.close();
  }
}

package fairlead.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A host of the mesh on loopback: Consul's agent, an outgoing and an incoming router. Needs no
 * root. One thread.
 */
final class OneHost implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";

  final Place place = Place.loopback();
  final ConsulAgent consul;
  final int outgoing;
  final int incoming;
  final int admin;
  private final Path config;

  private OneHost(Path dir) throws IOException {
    ConsulAgent.Ports ports = ConsulAgent.Ports.free(ADDRESS);
    consul = ConsulAgent.server(place, dir.resolve("consul"), ports);
    outgoing = Parts.freePort(ADDRESS);
    incoming = Parts.freePort(ADDRESS);
    admin = Parts.freePort(ADDRESS);
    config = dir.resolve("mesh.yaml");
    Files.writeString(config, yaml(ports.http(), Files.createDirectories(dir.resolve("state"))));
  }

  static OneHost create(Path dir) throws IOException {
    return new OneHost(dir);
  }

  private String yaml(int consulPort, Path stateDir) {
    return """
        admin: {ip: 127.0.0.1, port: %4$d, shutdownGraceMs: 4000}
        stateDir: ${STATE_DIR}
        namers:
        - kind: io.l5d.consul
          host: 127.0.0.1
          port: %1$d
          useHealthCheck: true
        routers:
        - protocol: http
          label: outgoing
          dtab: /svc => /#/io.l5d.consul/.local ;
          interpreter:
            kind: default
            transformers: [{kind: io.l5d.port, port: %3$d}]
          servers: [{port: %2$d, ip: 127.0.0.1}]
        - protocol: http
          label: incoming
          dtab: /svc => /#/io.l5d.consul/.local ;
          interpreter:
            kind: default
            transformers: [{kind: io.l5d.specificHost, host: $LOCAL_IP}]
          servers: [{port: %3$d, ip: 127.0.0.1}]
        """
        .replace("${STATE_DIR}", stateDir.toString())
        .formatted(consulPort, outgoing, incoming, admin);
  }

  /** Starts the proxy; does not wait. */
  Fairlead start() {
    return Fairlead.start(place, config, admin, Map.of("LOCAL_IP", ADDRESS));
  }

  /** Starts the proxy and returns when it serves. */
  Fairlead serve() {
    Fairlead fairlead = start();
    try {
      return fairlead.awaitReady(outgoing, incoming);
    } catch (AssertionError e) {
      fairlead.close();
      throw e;
    }
  }

  /** An instance, known to Consul and passing. */
  Service service(String name, String id, int total) {
    Service service = Service.start(place, name, id);
    consul.register(service);
    consul.awaitPassing(name, total, Fairlead.START);
    return service;
  }

  InetSocketAddress front() {
    return place.at(outgoing);
  }

  @Override
  public void close() {
    consul.close();
  }
}

package fairlead.launcher.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What an operator would write: the discovery files and the one YAML for all hosts. */
final class DemoFiles {
  private static final String CONFIG =
      """
      # The same file on every host; only the variables differ.
      admin:
        ip: $LOCAL_IP
        port: $ADMIN_PORT
      namers:
      - kind: io.l5d.fs
        rootDir: $DISCOVERY
      routers:
      - protocol: http
        label: outgoing              # picks a host that has the service, and goes to its proxy
        dtab: /svc => /#/io.l5d.fs
        interpreter:
          kind: default
          transformers:
          - kind: io.l5d.port
            port: $INCOMING_PORT
        client:
          tls:                       # mutual TLS between the hosts: who answers must be one of the mesh
            commonName: spiffe://mesh/fairlead
            trustCertsBundle: $TLS_DIR/ca.pem
            clientAuth: {certPath: $TLS_DIR/host.pem, keyPath: $TLS_DIR/host.key}
        servers:
        - ip: $LOCAL_IP
          port: $OUTGOING_PORT
      - protocol: http
        label: incoming              # only instances on this host
        dtab: /svc => /#/io.l5d.fs
        interpreter:
          kind: default
          transformers:
          - kind: io.l5d.specificHost
            host: $LOCAL_IP
        client:
          forwardClientCert: true    # the service is told whose certificate it was
        servers:
        - ip: $LOCAL_IP
          port: $INCOMING_PORT
          tls:                       # and so must who asks
            certPath: $TLS_DIR/host.pem
            keyPath: $TLS_DIR/host.key
            requireClientAuth: true
            caCertPath: $TLS_DIR/ca.pem
      """;

  private DemoFiles() {}

  /** The YAML. */
  static String config() {
    return CONFIG;
  }

  /** Writes one file a service into a new folder below {@code dir}, which is returned. */
  static Path write(Path dir, Map<String, List<InetSocketAddress>> services) throws IOException {
    Path discovery = Files.createDirectories(dir.resolve("discovery"));
    for (var service : services.entrySet()) {
      String lines =
          service.getValue().stream()
              .map(at -> at.getAddress().getHostAddress() + " " + at.getPort() + "\n")
              .collect(Collectors.joining());
      Files.writeString(discovery.resolve(service.getKey()), lines);
    }
    return discovery;
  }
}

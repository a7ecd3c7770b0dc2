package fairlead.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * nginx as the edge, in Kong's place: {@code /web/...} goes to the outgoing router of its own host
 * as {@code Host: web}.
 */
final class Edge implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(10);
  private static final int PORT = 8000;

  private final Place place;
  private final Program program;

  private Edge(Place place, Program program) {
    this.place = place;
    this.program = program;
  }

  /** Starts it before a router (or anything) on the given port of the same host. */
  static Edge start(Place place, Path dir, int router) throws IOException {
    String nginx = Parts.nginx();
    Path config = Files.createDirectories(dir).resolve("nginx.conf");
    Files.writeString(config, config(place, dir, router));
    Program program =
        place.start(
            "nginx",
            Map.of(),
            List.of(nginx, "-e", "stderr", "-p", dir.toString(), "-c", config.toString()));
    Edge edge = new Edge(place, program);
    Eventually.until("nginx" + program.tail(), START, () -> Fairlead.accepts(edge.address()));
    return edge;
  }

  private static String config(Place place, Path dir, int router) {
    return """
        daemon off;
        worker_processes 1;
        user root;
        pid %1$s/nginx.pid;
        error_log stderr crit;
        events { worker_connections 1024; }
        http {
          access_log off;
          client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/f;
          uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
          keepalive_requests 1000000;
          upstream fairlead { server %2$s:%3$d max_fails=0; keepalive 64; }
          server {
            listen %2$s:%4$d;
            location ~ ^/(?<service>[a-z0-9-]+) {
              proxy_pass http://fairlead;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $service;
              proxy_next_upstream off;
            }
          }
        }
        """
        .formatted(dir, place.address(), router, PORT);
  }

  InetSocketAddress address() {
    return place.at(PORT);
  }

  @Override
  public void close() {
    program.terminate();
    program.awaitExit(START);
  }
}

package fairlead.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A running instance of a service.
 *
 * @param id unique on its host
 */
record Service(String name, String id, Place place, int port, Program program)
    implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  /** Starts one on a port of its own choosing. */
  static Service start(Place place, String name, String id) {
    return start(place, name, id, 0);
  }

  /** Starts one on a port that is free, such as that of one that has ended. */
  static Service start(Place place, String name, String id, int on) {
    List<String> command =
        List.of(
            Parts.java(),
            "-XX:+UseSerialGC",
            "-Xmx32m",
            "-XX:TieredStopAtLevel=1",
            "-Dsun.net.httpserver.nodelay=true",
            // Above 200 it closes connections that are in use.
            "-Dsun.net.httpserver.maxIdleConnections=10000",
            "-Dsun.net.httpserver.idleInterval=3600",
            "-cp",
            Parts.testClasses().toString(),
            Backend.class.getName(),
            id,
            place.name(),
            place.address(),
            Integer.toString(on));
    Program program = place.start(id, Map.of(), command);
    String line = program.awaitLine("listening on ", START);
    int port = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
    return new Service(name, id, place, port, program);
  }

  @Override
  public void close() {
    program.close();
  }
}

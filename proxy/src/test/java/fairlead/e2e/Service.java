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
    List<String> command =
        List.of(
            Parts.java(),
            "-XX:+UseSerialGC",
            "-Xmx32m",
            "-XX:TieredStopAtLevel=1",
            "-Dsun.net.httpserver.nodelay=true",
            "-cp",
            Parts.testClasses().toString(),
            Backend.class.getName(),
            id,
            place.name(),
            place.address(),
            "0");
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

package fairlead.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.e2e.Caller.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real program on one place, from the build's folders. One thread. */
final class Fairlead implements AutoCloseable {
  static final Duration START = Duration.ofSeconds(40);
  private static final Duration PAGE = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Place place;
  private final int adminPort;
  private final Map<String, String> environment;
  private final Path config;
  private final Path build;
  private final List<String> jvm;
  private final List<String> arguments;
  private Program program;

  private Fairlead(
      Place place,
      int adminPort,
      Map<String, String> environment,
      Path config,
      Path build,
      List<String> jvm,
      List<String> arguments) {
    this.build = build;
    this.arguments = arguments;
    this.place = place;
    this.adminPort = adminPort;
    this.environment = environment;
    this.config = config;
    this.jvm = jvm;
    this.program = run();
  }

  /** Starts {@code fairlead run CONFIG}; does not wait. */
  static Fairlead start(Place place, Path config, int adminPort, Map<String, String> environment) {
    return start(place, config, adminPort, environment, List.of());
  }

  /** The same with options, such as {@code --replace}. */
  static Fairlead start(
      Place place,
      Path config,
      int adminPort,
      Map<String, String> environment,
      List<String> options) {
    return start(place, config, adminPort, environment, Parts.classes(), options);
  }

  /** The same of another build: a jar or a folder of classes. */
  static Fairlead start(
      Place place,
      Path config,
      int adminPort,
      Map<String, String> environment,
      Path build,
      List<String> options) {
    return new Fairlead(place, adminPort, environment, config, build, List.of(), options);
  }

  /** The same with options for the JVM, which win over the usual ones. */
  static Fairlead start(Place place, Path config, int adminPort, List<String> jvm) {
    return new Fairlead(place, adminPort, Map.of(), config, Parts.classes(), jvm, List.of());
  }

  /** Any command of the program. */
  static Program command(Place place, Map<String, String> environment, List<String> arguments) {
    return command(place, environment, Parts.classes(), List.of(), arguments);
  }

  private static Program command(
      Place place,
      Map<String, String> environment,
      Path build,
      List<String> jvm,
      List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Parts.java(),
                "-XX:+UseSerialGC",
                "-Xms16m",
                "-Xmx128m",
                "-XX:-UsePerfData",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "-Dio.netty.allocator.cacheTrimIntervalMillis=1000",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(jvm);
    command.add("-cp");
    command.add(build + ":" + Parts.libraries() + "/*");
    command.add("fairlead.launcher.Main");
    command.addAll(arguments);
    return place.start("fairlead", environment, command);
  }

  private Program run() {
    List<String> whole = new ArrayList<>(List.of("run"));
    whole.addAll(arguments);
    whole.add(config.toString());
    return command(place, environment, build, jvm, whole);
  }

  /** Blocks until the admin port answers and these ports accept. */
  Fairlead awaitReady(int... ports) {
    return awaitReady(START, ports);
  }

  /** The same with more patience. */
  Fairlead awaitReady(Duration patience, int... ports) {
    Eventually.until(() -> "fairlead ready" + program.tail(), patience, () -> ready(ports));
    return this;
  }

  private boolean ready(int... ports) {
    if (!program.running()) {
      throw new AssertionError("fairlead ended before it was ready" + program.tail());
    }
    for (int port : ports) {
      if (!accepts(place.at(port))) {
        return false;
      }
    }
    return pings();
  }

  static boolean accepts(InetSocketAddress target) {
    try (Caller caller = new Caller(target, Duration.ofSeconds(2))) {
      return caller != null;
    } catch (IOException _) {
      return false;
    }
  }

  boolean pings() {
    try {
      Answer answer = ask("/admin/ping");
      return answer.status() == 200 && answer.body().strip().equals("pong");
    } catch (IOException _) {
      return false; // not yet, or no more
    }
  }

  private Answer ask(String path, String... lines) throws IOException {
    try (Caller caller = new Caller(place.at(adminPort), PAGE)) {
      return caller.get(place.address(), path, lines);
    }
  }

  /**
   * The body of a page of the admin port, which has to be there.
   *
   * @param lines of the request's header
   */
  String admin(String path, String... lines) {
    try {
      Answer answer = ask(path, lines);
      if (answer.status() != 200) {
        throw new AssertionError(path + ": " + answer + program.tail());
      }
      return answer.body();
    } catch (IOException e) {
      throw new AssertionError(path + ": " + e + program.tail(), e);
    }
  }

  /** The sum of all metrics whose names end so; 0 when there is none. */
  double metric(String suffix) {
    try {
      var all = JSON.readTree(admin("/admin/metrics.json"));
      double sum = 0;
      for (var each : all.properties()) {
        sum += each.getKey().endsWith(suffix) ? each.getValue().asDouble() : 0;
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Program program() {
    return program;
  }

  /** The same again, after its end. */
  void startAgain() {
    program.close();
    program = run();
  }

  @Override
  public void close() {
    program.close();
  }
}

package fairlead.e2e;

import fairlead.e2e.Caller.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Two http routers of one program, the second behind the first, and {@code web} behind that, with
 * short time-outs and little patience with endpoints: for what must not be mistaken for a failure
 * of theirs. No Consul. One thread.
 */
final class TwoHops implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";
  private static final String WEB = "web";

  private final List<Service> services;
  private final int front;
  private final int incoming;
  final Fairlead fairlead;
  private double misjudgedBefore;

  private TwoHops(Place place, Path dir, List<String> jvm, int timeoutMillis, int instances)
      throws IOException {
    services =
        new ArrayList<>(
            Stream.iterate(1, n -> n <= instances, n -> n + 1)
                .map(n -> Service.start(Place.loopback(), WEB, WEB + "-" + n))
                .toList());
    front = Parts.freePort(ADDRESS);
    incoming = Parts.freePort(ADDRESS);
    int admin = Parts.freePort(ADDRESS);
    Path disco = Files.createDirectories(dir.resolve("disco"));
    Files.writeString(
        disco.resolve(WEB),
        services.stream().map(s -> ADDRESS + " " + s.port()).collect(Collectors.joining("\n")));
    Path config = Files.writeString(dir.resolve("hops.yaml"), yaml(admin, disco, timeoutMillis));
    fairlead = Fairlead.start(place, config, admin, jvm);
  }

  /**
   * Starts all and returns when requests are served.
   *
   * @param place where the program runs, on this machine
   * @param timeoutMillis of each attempt, of each hop
   */
  static TwoHops start(
      Place place, Path dir, List<String> jvm, int timeoutMillis, Duration patience)
      throws IOException {
    var hops = new TwoHops(place, dir, jvm, timeoutMillis, 2);
    try {
      hops.fairlead.awaitReady(patience, hops.front, hops.incoming);
      return hops;
    } catch (AssertionError e) {
      hops.close();
      throw e;
    }
  }

  private String yaml(int admin, Path disco, int timeoutMillis) {
    return """
    admin: {ip: 127.0.0.1, port: %1$d}
    namers:
    - kind: io.l5d.fs
      rootDir: %2$s
    routers:
    - protocol: http
      label: outgoing
      dtab: /svc => /$/inet/127.0.0.1/%3$d
      client: {requestAttemptTimeoutMs: %5$d, failureAccrual: {kind: io.l5d.consecutiveFailures, failures: 3}}
      servers: [{port: %4$d, ip: 127.0.0.1}]
    - protocol: http
      label: incoming
      dtab: /svc => /#/io.l5d.fs
      client: {requestAttemptTimeoutMs: %5$d, failureAccrual: {kind: io.l5d.consecutiveFailures, failures: 3}}
      servers: [{port: %3$d, ip: 127.0.0.1}]
    """
        .formatted(admin, disco, incoming, front, timeoutMillis);
  }

  InetSocketAddress front() {
    return Place.loopback().at(front);
  }

  /** A constant load on this path. */
  Load load(String path, int perSecond) {
    return load(front(), path, perSecond);
  }

  /** The same behind the first of both routers, which would tell deadlines. */
  Load loadBehind(String path, int perSecond) {
    return load(Place.loopback().at(incoming), path, perSecond);
  }

  private static Load load(InetSocketAddress to, String path, int perSecond) {
    return Load.start(to, WEB, path, perSecond, Duration.ofSeconds(20));
  }

  /** A request that says until when somebody cares, in nanoseconds since the epoch. */
  Answer askWithDeadline(long timestamp, long deadline) throws IOException {
    try (Caller caller = new Caller(front(), Duration.ofSeconds(10))) {
      String line = "\r\nl5d-ctx-deadline: " + timestamp + " " + deadline;
      return caller.send("GET", WEB + line, "/", "");
    }
  }

  /** Lets the program and its backends become quick, whatever fails meanwhile. */
  void warmUp() throws InterruptedException, IOException {
    try (Load load = load("/", 10)) {
      Eventually.pause(Duration.ofSeconds(4));
      load.stop();
    }
    misjudgedBefore = misjudgedEver();
  }

  /** Endpoints that were taken out, and attempts and requests that timed out, since the warm-up. */
  double misjudged() {
    return misjudgedEver() - misjudgedBefore;
  }

  private double misjudgedEver() {
    return fairlead.metric("failure_accrual/removals") + fairlead.metric("TimedOutException");
  }

  @Override
  public void close() {
    if (fairlead != null) {
      fairlead.close();
    }
    services.forEach(Service::close);
  }
}

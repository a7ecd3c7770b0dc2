package fairlead.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Moves the endpoint of every service from one port to another and back, all of them once a second,
 * until it is killed: {@code Endpoints files|haproxy WHERE COUNT PORT PORT}. {@code files} are
 * those of {@code io.l5d.fs} in the directory WHERE, {@code haproxy} is told through its socket
 * WHERE. Services are {@code s0}, {@code s1} …
 */
final class Endpoints {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** HAProxy reads at most one buffer of 16 KiB at a time. */
  private static final int COMMANDS_AT_ONCE = 100;

  private Endpoints() {}

  /** Sends all services of a number to this port. */
  @FunctionalInterface
  private interface Move {
    void all(int services, int port) throws IOException;
  }

  public static void main(String... args) throws IOException {
    var where = Path.of(args[1]);
    Move move =
        switch (args[0]) {
          case "files" -> (services, port) -> writeFiles(where, services, port);
          case "haproxy" -> (services, port) -> tellHaproxy(where, services, port);
          default -> throw new IllegalArgumentException(args[0] + " (expected: files, haproxy)");
        };
    int services = Integer.parseInt(args[2]);
    long next = System.nanoTime();
    for (int round = 0; ; round++) {
      move.all(services, Integer.parseInt(args[3 + round % 2]));
      next += PERIOD.toNanos();
      long left = next - System.nanoTime();
      if (left < 0) {
        System.err.printf("endpoints: a round took %d ms too long%n", -left / 1_000_000);
        next = System.nanoTime();
      } else {
        LockSupport.parkNanos(left);
      }
    }
  }

  private static void writeFiles(Path directory, int services, int port) throws IOException {
    // Names with a dot are none of services'.
    Path next = directory.resolve(".next");
    for (int i = 0; i < services; i++) {
      Files.writeString(next, "127.0.0.1 " + port + "\n");
      Files.move(next, directory.resolve("s" + i), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void tellHaproxy(Path socket, int services, int port) {
    IntStream.iterate(0, i -> i < services, i -> i + COMMANDS_AT_ONCE)
        .forEach(
            from ->
                tell(
                    socket,
                    IntStream.range(from, Math.min(services, from + COMMANDS_AT_ONCE))
                        .mapToObj(i -> "set server s" + i + "/a addr 127.0.0.1 port " + port)
                        .collect(Collectors.joining(";", "", "\n"))));
  }

  private static void tell(Path socket, String commands) {
    try (var connection = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      connection.write(ByteBuffer.wrap(commands.getBytes(StandardCharsets.US_ASCII)));
      var said = ByteBuffer.allocate(64 * 1024);
      while (connection.read(said) >= 0) {
        said.clear();
      }
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}

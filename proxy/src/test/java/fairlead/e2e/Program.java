package fairlead.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that a test started, and ends with it. Any thread. */
final class Program implements AutoCloseable {
  private static final int TAIL = 40;

  private final String name;
  private final Process process;

  /** Guarded by itself; whoever waits for a line waits on it. */
  private final List<String> lines = new ArrayList<>();

  private final Thread reader;

  private Program(String name, Process process) {
    this.name = name;
    this.process = process;
    this.reader = Thread.ofVirtual().name("output of " + name).start(this::read);
  }

  static Program start(String name, List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      return new Program(name, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command to its end, which must be 0. Returns what it printed. */
  static String run(Duration deadline, String... command) {
    try (Program program = start(command[0], List.of(command), Map.of())) {
      int exit = program.awaitExit(deadline);
      if (exit != 0) {
        throw new AssertionError(String.join(" ", command) + ": exit " + exit + program.tail());
      }
      return program.output();
    }
  }

  private void read() {
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(output lost: " + e.getMessage() + ")");
    }
  }

  private void add(String line) {
    synchronized (lines) {
      lines.add(line);
      lines.notifyAll();
    }
  }

  /** Blocks until a line that contains {@code part} is printed; returns it. */
  String awaitLine(String part, Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    synchronized (lines) {
      for (int seen = 0; ; ) {
        for (; seen < lines.size(); seen++) {
          if (lines.get(seen).contains(part)) {
            return lines.get(seen);
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0 || (!process.isAlive() && !reader.isAlive())) {
          throw new AssertionError(name + " never said '" + part + "'" + tail());
        }
        waitOnLines(Math.min(left, 200));
      }
    }
  }

  private void waitOnLines(long millis) {
    try {
      lines.wait(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Blocks until the program has ended and all it printed is read. */
  int awaitExit(Duration deadline) {
    try {
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(name + " still runs after " + deadline + tail());
      }
      reader.join(Duration.ofSeconds(5));
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /**
   * SIGTERM. By its handle, as {@link Process#destroy} would also close what it still prints to.
   */
  void terminate() {
    process.toHandle().destroy();
  }

  /** Sends this signal, such as {@code HUP}. */
  void signal(String name) {
    run(Duration.ofSeconds(10), "kill", "-" + name, String.valueOf(pid()));
  }

  long pid() {
    return process.pid();
  }

  /** SIGKILL, and gone when this returns. */
  void kill() {
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(10));
  }

  /** SIGSTOP: it stands still, as in a long collection. */
  void suspend() {
    signal("STOP");
  }

  /** SIGCONT. */
  void resume() {
    signal("CONT");
  }

  /** Resident memory of the process that was started, in KiB. Linux. */
  long residentKib() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** CPU time of the process that was started. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  boolean running() {
    return process.isAlive();
  }

  /** All lines so far. */
  String output() {
    synchronized (lines) {
      return String.join("\n", lines);
    }
  }

  /** The last lines, for the message of a failure. */
  String tail() {
    synchronized (lines) {
      List<String> last = lines.subList(Math.max(0, lines.size() - TAIL), lines.size());
      return "\n--- " + name + ":\n" + String.join("\n", last);
    }
  }

  @Override
  public void close() {
    if (running()) {
      kill();
    }
  }
}

package fairlead.e2e;

import fairlead.e2e.Caller.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import javax.net.SocketFactory;

/**
 * Constant load in an open loop: requests leave at their time whether or not earlier ones came
 * back, as callers' do. Tries nothing twice, counts every failure. Any thread.
 */
final class Load implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What becomes of a connection when its answer is there. */
  enum Connections {
    /** The one used last is used first; others may be idle for long. */
    KEPT,
    /**
     * Used in turn, so that none is idle for long; one that was closed meanwhile is replaced, as
     * every client does (RFC 9112 §9.3.1).
     */
    TAKEN_IN_TURN,
    /** Closed: each request has one of its own. */
    NEW
  }

  /** Who has no place waits for one: descriptors are not without end. */
  private static final int MOST_KEPT = 32;

  private static final int MOST_NEW = 512;

  /** When after the start a request failed, and how. */
  record Failure(Duration at, String what) {}

  /**
   * What came of it.
   *
   * @param answeredBy {@code instance@host} to count
   * @param replaced connections that were closed while they were idle
   */
  record Report(
      int sent,
      List<Failure> failures,
      Map<String, Integer> answeredBy,
      Duration slowest,
      int replaced) {
    int failed() {
      return failures.size();
    }

    /** Failures that happened later than this after the start. */
    long failedAfter(Duration at) {
      return failures.stream().filter(f -> f.at().compareTo(at) > 0).count();
    }

    /** Hosts that answered. */
    List<String> hosts() {
      return answeredBy.keySet().stream()
          .map(k -> k.substring(k.indexOf('@') + 1))
          .distinct()
          .sorted()
          .toList();
    }

    @Override
    public String toString() {
      Map<String, Integer> kinds = new TreeMap<>();
      failures.forEach(f -> kinds.merge(f.what(), 1, Integer::sum));
      String span =
          failures.isEmpty()
              ? ""
              : " from " + failures.getFirst().at() + " to " + failures.getLast().at();
      return sent
          + " sent, "
          + failed()
          + " failed"
          + span
          + " "
          + kinds
          + ", by "
          + answeredBy
          + ", slowest "
          + slowest
          + ", "
          + replaced
          + " idle connections replaced";
    }
  }

  private final InetSocketAddress target;
  private final String host;
  private final String path;
  private final Connections connections;
  private final Duration patience;
  private final SocketFactory sockets;
  private final Semaphore places;
  private final AtomicInteger replaced = new AtomicInteger();
  private final long start = System.nanoTime();
  private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentLinkedDeque<Caller> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger sent = new AtomicInteger();
  private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final ConcurrentMap<String, Integer> answeredBy = new ConcurrentHashMap<>();
  private final LongAccumulator slowestNanos = new LongAccumulator(Math::max, 0);

  private volatile boolean stopped;

  private Load(
      InetSocketAddress target,
      String host,
      String path,
      Connections connections,
      Duration patience,
      SocketFactory sockets) {
    this.target = target;
    this.host = host;
    this.path = path;
    this.connections = connections;
    this.patience = patience;
    this.sockets = sockets;
    this.places =
        new Semaphore(
            switch (connections) {
              case KEPT -> Integer.MAX_VALUE;
              case TAKEN_IN_TURN -> MOST_KEPT;
              case NEW -> MOST_NEW;
            });
  }

  static Load start(InetSocketAddress target, String host, String path, int perSecond) {
    return start(target, host, path, perSecond, Connections.KEPT, PATIENCE);
  }

  /** The same with callers that wait for so long. */
  static Load start(
      InetSocketAddress target, String host, String path, int perSecond, Duration patience) {
    return start(target, host, path, perSecond, Connections.KEPT, patience);
  }

  /** The same, otherwise with connections and with a wait of {@code patience} for each answer. */
  static Load start(
      InetSocketAddress target,
      String host,
      String path,
      int perSecond,
      Connections connections,
      Duration patience) {
    return start(target, host, path, perSecond, connections, patience, SocketFactory.getDefault());
  }

  /** The same, with sockets of {@code sockets}, such as those of TLS. */
  static Load start(
      InetSocketAddress target,
      String host,
      String path,
      int perSecond,
      Connections connections,
      Duration patience,
      SocketFactory sockets) {
    Load load = new Load(target, host, path, connections, patience, sockets);
    var _ =
        load.ticker.scheduleAtFixedRate(
            () -> load.requests.execute(load::one),
            0,
            1_000_000_000L / perSecond,
            TimeUnit.NANOSECONDS);
    return load;
  }

  /** Requests sent so far. */
  int sent() {
    return sent.get();
  }

  /** Failures so far. */
  int failed() {
    return failures.size();
  }

  /** Time since the start: what {@link Failure#at} is measured against. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void one() {
    long begun = System.nanoTime();
    places.acquireUninterruptibly();
    if (stopped && connections != Connections.KEPT) { // it never had its turn
      places.release();
      return;
    }
    sent.incrementAndGet();
    try {
      Caller kept = idle.pollFirst();
      Caller caller = kept == null ? new Caller(target, patience, sockets) : kept;
      Answer answer;
      try {
        answer = ask(caller);
      } catch (Caller.NoAnswer closed) {
        if (kept == null || connections != Connections.TAKEN_IN_TURN) {
          throw closed;
        }
        replaced.incrementAndGet();
        caller = new Caller(target, patience, sockets);
        answer = ask(caller);
      }
      switch (answer.closes() ? Connections.NEW : connections) {
        case NEW -> caller.close();
        case KEPT -> idle.addFirst(caller);
        case TAKEN_IN_TURN -> idle.addLast(caller);
      }
      count(answer);
    } catch (IOException e) {
      failures.add(new Failure(elapsed(), String.valueOf(e.getMessage())));
    } finally {
      places.release();
    }
    slowestNanos.accumulate(System.nanoTime() - begun);
  }

  private Answer ask(Caller caller) throws IOException {
    try {
      return caller.send("GET", host, path, "");
    } catch (IOException e) {
      caller.close();
      throw e;
    }
  }

  private void count(Answer answer) {
    if (answer.status() == 200) {
      answeredBy.merge(answer.header("x-instance"), 1, Integer::sum);
    } else {
      String why =
          answer.header("l5d-err").isEmpty() ? answer.body().strip() : answer.header("l5d-err");
      failures.add(new Failure(elapsed(), answer.status() + " " + why));
    }
  }

  /** Sends no more, waits for what is under way, and reports. */
  Report stop() throws InterruptedException {
    ticker.shutdown();
    var _ = ticker.awaitTermination(5, TimeUnit.SECONDS);
    stopped = true;
    requests.shutdown();
    if (!requests.awaitTermination(patience.toSeconds() * 3, TimeUnit.SECONDS)) {
      throw new AssertionError("requests still under way");
    }
    List<Failure> sorted = failures.stream().sorted((a, b) -> a.at().compareTo(b.at())).toList();
    return new Report(
        sent.get(),
        sorted,
        new TreeMap<>(answeredBy),
        Duration.ofNanos(slowestNanos.get()),
        replaced.get());
  }

  @Override
  public void close() throws IOException {
    ticker.shutdownNow();
    requests.shutdownNow();
    for (Caller caller : idle) {
      caller.close();
    }
  }
}

package fairlead.e2e;

import fairlead.e2e.Caller.Answer;
import fairlead.e2e.LoadConnection.Request;
import fairlead.server.EventLoops;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Constant load in an open loop: when requests are due is fixed beforehand, and they leave then
 * whether or not earlier ones came back, as callers' do. Tries nothing twice, counts every failure.
 * Its state is of one thread, which sends and receives; its methods are for any thread.
 */
final class Load implements LoadConnection.Owner, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How often it is looked who waits for too long. */
  private static final Duration LOOK = Duration.ofMillis(100);

  /** A request that left later than this, or was answered so late, shows that all is not warm. */
  private static final Duration LATE = Duration.ofMillis(250);

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
  private static final int MOST_KEPT = 64;

  private static final int MOST_NEW = 512;

  /**
   * What is asked, and how.
   *
   * @param host of the header
   * @param rise in which the rate is reached
   * @param patience how long callers wait for a connection, and for each part of an answer
   * @param tls none for plain connections
   */
  record Plan(
      InetSocketAddress target,
      String host,
      String path,
      int perSecond,
      Connections connections,
      Duration rise,
      Duration patience,
      @Nullable SSLContext tls) {
    static Plan of(InetSocketAddress target, String host, String path, int perSecond) {
      return new Plan(
          target, host, path, perSecond, Connections.KEPT, Duration.ZERO, PATIENCE, null);
    }

    Plan at(int perSecond) {
      return new Plan(target, host, path, perSecond, connections, rise, patience, tls);
    }

    Plan with(Connections connections) {
      return new Plan(target, host, path, perSecond, connections, rise, patience, tls);
    }

    Plan rising(Duration rise) {
      return new Plan(target, host, path, perSecond, connections, rise, patience, tls);
    }

    Plan patient(Duration patience) {
      return new Plan(target, host, path, perSecond, connections, rise, patience, tls);
    }

    Plan over(SSLContext tls) {
      return new Plan(target, host, path, perSecond, connections, rise, patience, tls);
    }

    byte[] bytes() {
      return ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
          .getBytes(StandardCharsets.ISO_8859_1);
    }

    private int places() {
      return switch (connections) {
        case KEPT -> Integer.MAX_VALUE;
        case TAKEN_IN_TURN -> MOST_KEPT;
        case NEW -> MOST_NEW;
      };
    }
  }

  /** When after the start a request failed, and how. */
  record Failure(Duration at, String what) {}

  /**
   * How fast it went, since {@link #measure} or else the start.
   *
   * @param reached requests a second that were due in {@code span} and were answered
   * @param span to the last answer
   * @param latest how long after it was due a request was sent at most
   */
  record Pace(int asked, double reached, Duration span, Duration latest) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.1f of %d a second for %.1f s, at most %d ms late",
          reached,
          asked,
          span.toMillis() / 1e3,
          latest.toMillis());
    }
  }

  /**
   * What came of it.
   *
   * @param answeredBy {@code instance@host} to count
   * @param slowest from when the request was due
   * @param replaced connections that were closed while they were idle
   */
  record Report(
      int sent,
      List<Failure> failures,
      Map<String, Integer> answeredBy,
      Duration slowest,
      int replaced,
      Pace pace) {
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
          + ", "
          + pace
          + ", slowest "
          + slowest
          + ", "
          + replaced
          + " idle connections replaced";
    }
  }

  private final Plan plan;
  private final DueTimes dueTimes;
  private final EventLoopGroup loop =
      new EventLoops(1, new DefaultThreadFactory("load"), NioIoHandler.newFactory());
  private final long start = System.nanoTime();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final CompletableFuture<Report> report = new CompletableFuture<>();

  private final Deque<LoadConnection> idle = new ArrayDeque<>();
  private final Set<LoadConnection> busy = new LinkedHashSet<>();

  /** When those were due for whom there is no place. */
  private final Deque<Long> waiting = new ArrayDeque<>();

  private final List<Failure> failures = new ArrayList<>();
  private final Map<String, Integer> answeredBy = new TreeMap<>();
  private long due;
  private int replaced;
  private long measuredFrom = start;
  private int answered;
  private long lastAnswer = start;
  private long latestNanos;
  private long slowestNanos;
  private boolean ended;

  /** When something was late; before that it is not known how all goes. */
  private volatile long lastLate;

  private Load(Plan plan) {
    this.plan = plan;
    this.dueTimes = new DueTimes(plan.perSecond(), plan.rise().toMillis() / 1e3);
    this.lastLate = start + plan.rise().toNanos();
  }

  static Load start(InetSocketAddress target, String host, String path, int perSecond) {
    return start(Plan.of(target, host, path, perSecond));
  }

  /** The same with callers that wait for so long. */
  static Load start(
      InetSocketAddress target, String host, String path, int perSecond, Duration patience) {
    return start(Plan.of(target, host, path, perSecond).patient(patience));
  }

  static Load start(Plan plan) {
    Load load = new Load(plan);
    load.loop.execute(load::comeDue);
    var _ =
        load.loop.scheduleAtFixedRate(
            load::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    return load;
  }

  /** Requests sent so far. */
  int sent() {
    return sent.get();
  }

  /** Failures so far. */
  int failed() {
    return failed.get();
  }

  /** Time since the start: what {@link Failure#at} is measured against. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** For how long all was on time; nothing before the rate has risen. */
  Duration onTimeFor() {
    return Duration.ofNanos(Math.max(0, System.nanoTime() - lastLate));
  }

  /** From now on the pace, and what is slow, count. */
  void measure() {
    loop.execute(
        () -> {
          measuredFrom = System.nanoTime();
          answered = 0;
          latestNanos = 0;
          slowestNanos = 0;
        });
  }

  private void comeDue() {
    if (ended) {
      return;
    }
    long now = System.nanoTime() - start;
    for (; dueTimes.of(due) <= now; due++) {
      waiting.add(start + dueTimes.of(due));
    }
    begin();
    var _ =
        loop.schedule(
            this::comeDue, dueTimes.of(due) - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
  }

  private void begin() {
    while (!waiting.isEmpty() && busy.size() < plan.places()) {
      long dueNanos = waiting.remove();
      long lateNanos = System.nanoTime() - dueNanos;
      latestNanos = Math.max(latestNanos, lateNanos);
      isLate(lateNanos);
      sent.incrementAndGet();
      ask(new Request(dueNanos, false));
    }
    if (ended && waiting.isEmpty() && busy.isEmpty()) {
      report.complete(made());
    }
  }

  private void ask(Request request) {
    LoadConnection kept = idle.pollFirst();
    if (kept == null) {
      connect(request);
    } else if (kept.isOpen()) {
      send(kept, request);
    } else if (plan.connections() == Connections.TAKEN_IN_TURN) {
      replaced++;
      connect(new Request(request.dueNanos(), true));
    } else {
      fail("connection closed before it was used again");
    }
  }

  private void connect(Request request) {
    send(LoadConnection.open(loop, plan, this), request);
  }

  private void send(LoadConnection by, Request request) {
    busy.add(by);
    by.send(request);
  }

  @Override
  public void answered(LoadConnection by, Request request, Answer answer) {
    busy.remove(by);
    switch (answer.closes() ? Connections.NEW : plan.connections()) {
      case NEW -> by.close();
      case KEPT -> idle.addFirst(by);
      case TAKEN_IN_TURN -> idle.addLast(by);
    }
    count(request, answer);
    begin();
  }

  private void count(Request request, Answer answer) {
    lastAnswer = System.nanoTime();
    if (request.dueNanos() >= measuredFrom) {
      answered++;
      slowestNanos = Math.max(slowestNanos, lastAnswer - request.dueNanos());
    }
    isLate(lastAnswer - request.dueNanos());
    if (answer.status() == 200) {
      answeredBy.merge(answer.header("x-instance"), 1, Integer::sum);
    } else {
      String why =
          answer.header("l5d-err").isEmpty() ? answer.body().strip() : answer.header("l5d-err");
      fail(answer.status() + " " + why);
    }
  }

  private void isLate(long nanos) {
    long now = System.nanoTime();
    if (nanos > LATE.toNanos() && now > lastLate) {
      lastLate = now;
    }
  }

  @Override
  public void failed(LoadConnection by, Request request, String why) {
    busy.remove(by);
    if (by.endedWhileIdle()
        && !request.again()
        && plan.connections() == Connections.TAKEN_IN_TURN) {
      replaced++;
      connect(new Request(request.dueNanos(), true));
    } else {
      slowestNanos = Math.max(slowestNanos, System.nanoTime() - request.dueNanos());
      fail(why);
      begin();
    }
  }

  private void fail(String what) {
    failures.add(new Failure(elapsed(), what));
    failed.incrementAndGet();
  }

  private void look() {
    long now = System.nanoTime();
    if (!waiting.isEmpty()) {
      isLate(now - waiting.getFirst());
    }
    busy.forEach(c -> isLate(c.silentNanos()));
    List.copyOf(busy).stream()
        .filter(c -> c.silentNanos() > plan.patience().toNanos())
        .forEach(c -> c.breakOff("no answer in " + plan.patience()));
  }

  private Report made() {
    Duration span = Duration.ofNanos(lastAnswer - measuredFrom);
    return new Report(
        sent.get(),
        List.copyOf(failures),
        Collections.unmodifiableMap(new TreeMap<>(answeredBy)),
        Duration.ofNanos(slowestNanos),
        replaced,
        new Pace(
            plan.perSecond(),
            answered / (span.toNanos() / 1e9),
            span,
            Duration.ofNanos(latestNanos)));
  }

  /** No more are due; waits for what is under way, and reports. */
  Report stop() throws InterruptedException {
    loop.execute(
        () -> {
          ended = true;
          begin();
        });
    try {
      return report.get(plan.patience().toSeconds() * 3, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("requests still under way", e);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }
}

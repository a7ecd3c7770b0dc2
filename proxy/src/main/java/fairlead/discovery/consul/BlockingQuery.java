package fairlead.discovery.consul;

import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.discovery.consul.Reply.Bad;
import fairlead.discovery.consul.Reply.Found;
import fairlead.discovery.consul.Reply.Meta;
import fairlead.discovery.consul.Reply.Missing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks one blocking query over and over, by the rules of {@code spec/consul-wire.md} §2 and {@code
 * spec/discovery.md} §4. Control executor only.
 *
 * <ul>
 *   <li>An index is passed on only out of a good answer, and dropped when it went back, is 0 or is
 *       missing; the latter two are polled without blocking, every {@link #NO_INDEX_PAUSE}.
 *   <li>Two questions are at least {@link #MIN_INTERVAL} apart, plus some chance.
 *   <li>After trouble the next question carries no index and waits a doubling, jittered while.
 *   <li>A query that is held when it is no longer wanted is left to end by itself, since Consul
 *       frees its place only then; wanted again before, it is simply kept.
 * </ul>
 */
public final class BlockingQuery {
  static final Duration MIN_INTERVAL = Duration.ofMillis(250);
  static final Duration NO_INDEX_PAUSE = Duration.ofSeconds(5);

  /** Half-open connections are found within {@code wait} and this ({@code spec/faults.md} F9). */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private static final Duration LEAST_SLACK = Duration.ofSeconds(5);
  private static final int WAIT_JITTER = 16;

  /** Who wants to know. Control executor only. */
  public interface Handler {
    /** A good answer. */
    void answered(Answer answer) throws UnreadableAnswer;

    /** No good answer; the query goes on by itself. */
    void failed(Trouble trouble);
  }

  /**
   * A good answer.
   *
   * @param body null when there is no such key
   * @param wentBack whether the index is below the last one seen: Consul's state was reset
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Answer(byte @Nullable [] body, Meta meta, boolean wentBack) {}

  /**
   * What to ask.
   *
   * @param parameters of the query, escaped, beside {@code index} and {@code wait}
   * @param mayBeMissing whether 404 is an answer
   * @param waitTime how long Consul may hold the next query
   */
  public record Question(
      String path, List<String> parameters, boolean mayBeMissing, Supplier<Duration> waitTime) {
    /** Path and query of a request that is not held. */
    public String target() {
      return parameters.isEmpty() ? path : path + "?" + String.join("&", parameters);
    }

    private String target(long index, Duration wait) {
      var all = new ArrayList<>(parameters);
      all.add("index=" + Long.toUnsignedString(index));
      all.add("wait=" + wait.toMillis() + "ms");
      return path + "?" + String.join("&", all);
    }
  }

  private final ConsulApi api;
  private final SerialExecutor control;
  private final RandomGenerator random;
  private final Question question;
  private final Handler handler;
  private final PollLog log;
  private final Backoff backoff;
  private boolean wanted;
  private boolean asking;
  private Watch next = Watch.NONE;

  /** What the next question carries; null for none. */
  private @Nullable Long index;

  /** Of the last good answer, also after trouble. */
  private long lastSeen;

  private long askedNanos;

  public BlockingQuery(
      ConsulApi api,
      SerialExecutor control,
      RandomGenerator random,
      Question question,
      Handler handler,
      PollLog log) {
    this.api = api;
    this.control = control;
    this.random = random;
    this.question = question;
    this.handler = handler;
    this.log = log;
    this.backoff = new Backoff(random);
  }

  /** Asks at once, or takes over the query that is still held. */
  public void start() {
    wanted = true;
    if (!asking) {
      backoff.reset();
      ask();
    }
  }

  /** No more questions. */
  public void stop() {
    wanted = false;
    next.close();
    if (!asking) {
      index = null;
    }
  }

  /** Whether a question is still open. */
  boolean asking() {
    return asking;
  }

  /** Whether {@code meta} is older than what was seen. */
  boolean isBefore(Meta meta) {
    return meta.index() == null || Long.compareUnsigned(meta.index(), lastSeen) < 0;
  }

  private void ask() {
    asking = true;
    askedNanos = control.nanos();
    Long at = index;
    if (at == null) {
      send(question.target(), ConsulApi.QUICK, false);
    } else {
      Duration wait = question.waitTime().get();
      send(question.target(at, wait), deadline(wait), true);
    }
  }

  /** Consul adds up to a sixteenth of {@code wait} by chance. */
  private static Duration deadline(Duration wait) {
    Duration least = wait.plus(wait.dividedBy(WAIT_JITTER)).plus(LEAST_SLACK);
    Duration usual = wait.plus(MARGIN);
    return least.compareTo(usual) > 0 ? least : usual;
  }

  private void send(String target, Duration deadline, boolean held) {
    log.asked(target);
    api.get(target, deadline, held, this::received);
  }

  private void received(Reply reply) {
    asking = false;
    switch (reply) {
      case Found(var body, var meta) -> good(body, meta);
      case Missing(var meta) when question.mayBeMissing() -> good(null, meta);
      case Missing _ -> bad(new Trouble(Trouble.Kind.SERVER, "HTTP 404"));
      case Bad(var trouble) -> bad(trouble);
    }
  }

  private void good(byte @Nullable [] body, Meta meta) {
    boolean wentBack = meta.hasIndex() && isBefore(meta);
    log.answered(body == null ? "404" : "200, " + body.length + " bytes", meta);
    try {
      handler.answered(new Answer(body, meta, wentBack));
    } catch (UnreadableAnswer unreadable) {
      bad(new Trouble(Trouble.Kind.UNREADABLE, String.valueOf(unreadable.getMessage())));
      return;
    }
    backoff.reset();
    Long said = meta.index();
    index = meta.hasIndex() && !wentBack ? said : null;
    if (said != null && said != 0) {
      lastSeen = said;
    }
    askAfter(meta.hasIndex() ? pause() : NO_INDEX_PAUSE);
  }

  /** What is left of the least interval, and some chance so that a herd spreads. */
  private Duration pause() {
    long min = MIN_INTERVAL.toNanos();
    long passed = control.nanos() - askedNanos;
    long jitter = random.nextLong(passed < min ? min : min / 5);
    return Duration.ofNanos(Math.max(0, min - passed) + jitter);
  }

  private void bad(Trouble trouble) {
    index = null;
    log.failed(trouble);
    handler.failed(trouble);
    askAfter(backoff.next(trouble.kind()));
  }

  private void askAfter(Duration delay) {
    if (wanted) {
      next.close();
      next = control.after(delay, this::ask);
    } else {
      index = null;
    }
  }
}

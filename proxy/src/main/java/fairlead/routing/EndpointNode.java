package fairlead.routing;

import fairlead.balance.ApertureControl;
import fairlead.balance.EndpointState;
import fairlead.balance.Members.Member;
import fairlead.balance.Node;
import fairlead.balance.PeakEwma;
import fairlead.balance.accrual.AttemptVerdict;
import fairlead.balance.concurrency.ConcurrencyLimit;
import fairlead.client.Streams;
import fairlead.exchange.AnswerTimeout;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.Turn;
import fairlead.exchange.Verdict;
import fairlead.naming.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint of a client on one event loop: its streams, and the loop's part of what all loops
 * know of it. Event loop only.
 */
final class EndpointNode implements Node, Filter {
  private final Loop loop;
  private final EndpointState state;
  private final Streams streams;
  private final AttemptVerdict verdict;
  private final PeakEwma.@Nullable Part cost;
  private final @Nullable ConcurrencyLimit limit;
  private final @Nullable AnswerTimeout attemptTimeout;
  private Endpoint endpoint;
  private @Nullable ApertureControl aperture;
  private @Nullable Exchange excused;

  /** Sessions checked out by this loop. */
  private int sessions;

  /** When the last session ended, by the loop's ticker. */
  private long lastUse;

  private boolean removed;
  private boolean resting;

  /**
   * An idle endpoint.
   *
   * @param attemptTimeout of the requests that are sent to it; null for none
   */
  EndpointNode(
      Member member,
      Loop loop,
      Streams streams,
      AttemptVerdict verdict,
      @Nullable AnswerTimeout attemptTimeout) {
    this.endpoint = member.endpoint();
    this.state = member.state();
    this.loop = loop;
    this.streams = streams;
    this.verdict = verdict;
    this.attemptTimeout = attemptTimeout;
    this.limit = state.limit();
    var shared = state.cost();
    this.cost = shared == null ? null : shared.part(loop.index());
  }

  Endpoint endpoint() {
    return endpoint;
  }

  EndpointState state() {
    return state;
  }

  Streams streams() {
    return streams;
  }

  /** Of the requests that are sent to it, from then on; null for none. */
  @Nullable AnswerTimeout attemptTimeout() {
    return attemptTimeout;
  }

  /** The same address, of which discovery says something else now; streams and load stay. */
  void become(Endpoint next) {
    endpoint = next;
  }

  /** It is no longer among the endpoints. */
  void remove() {
    removed = true;
    streams.close();
  }

  /** Leaves its turns to others for now, or takes them again. */
  void rest(boolean now) {
    resting = now;
  }

  /** The share of its turns that it may have. */
  double share(long now) {
    return state.share(now);
  }

  boolean isOpen() {
    return !removed && state.health().isOpen();
  }

  /** Whether it has as many requests in progress as it bears. */
  boolean isFull() {
    return limit != null && state.isFull();
  }

  @Override
  public double load() {
    return cost == null ? state.sessions().sum() : state.load(Turn.of(loop.executor()).nanoTime());
  }

  @Override
  public Status status() {
    if (removed) {
      return Status.CLOSED;
    }
    if (resting || !state.health().isOpen()) {
      return Status.BUSY;
    }
    return isFull() ? Status.FULL : Status.OPEN;
  }

  @Override
  public double weight() {
    return endpoint.weight();
  }

  @Override
  public long token() {
    return state.token();
  }

  @Override
  public void tell(ApertureControl control) {
    if (sessions != 0) { // they move from one sum to the other
      if (aperture != null) {
        aperture.change(-sessions);
      }
      control.change(sessions);
    }
    aperture = control;
  }

  @Override
  public void prepare() {
    if (!removed) {
      streams.prepare();
    }
  }

  /** Whether nothing was sent there for so long. */
  boolean isUnused(long nanos, long now) {
    return sessions == 0 && now - lastUse >= nanos;
  }

  /** What becomes of the attempt is not to be held against it. */
  void excuse(Exchange exchange) {
    excused = exchange;
  }

  /** Counts from the pick to the end of the body, or of the attempt. */
  @Override
  public Verdict request(Exchange exchange) {
    change(1);
    if (limit != null) {
      limit.admitted(state.sessions().sum());
    }
    return Verdict.PASS;
  }

  /** Who waits whether it is alive needs not wait for the end of a long body. */
  @Override
  public void response(Exchange exchange) {
    if (limit != null) {
      measure(limit, exchange, Outcome.ANSWERED);
    }
    var health = state.health();
    if (health.isTriedBy(exchange)
        && verdict.of(exchange, Outcome.ANSWERED) == AttemptVerdict.Finding.SUCCESS) {
      health.good(exchange, exchange.nanoTime());
    }
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    change(-1);
    long now = exchange.nanoTime();
    lastUse = now;
    if (cost != null) {
      cost.observe(now - exchange.attemptNanos(), now);
    }
    if (limit != null && exchange.response() == null && wasGivenUp(outcome)) {
      measure(limit, exchange, outcome);
    }
    judge(exchange, outcome, now);
  }

  /** The body is as long as it is; how busy the endpoint is shows in the time to the head. */
  private void measure(ConcurrencyLimit by, Exchange exchange, Outcome outcome) {
    long now = exchange.nanoTime();
    boolean served = verdict.of(exchange, outcome) == AttemptVerdict.Finding.SUCCESS;
    by.observe(loop.index(), now - exchange.attemptNanos(), served, now);
  }

  /** Whether somebody did not want to wait for longer. */
  private static boolean wasGivenUp(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Abandoned _ -> true;
      case Outcome.Failed(var failure) -> isTimeout(failure);
      case Outcome.Answered _, Outcome.Retried _ -> false;
    };
  }

  private static boolean isTimeout(Failure failure) {
    return failure instanceof Failure.AttemptTimedOut
        || failure instanceof Failure.RequestTimedOut
        || failure instanceof Failure.TotalTimedOut
        || failure instanceof Failure.DeadlineExceeded;
  }

  @SuppressWarnings("ReferenceEquality") // an exchange is itself alone
  private void judge(Exchange exchange, Outcome outcome, long now) {
    var health = state.health();
    if (excused == exchange) {
      excused = null;
      health.ignored(exchange);
      return;
    }
    switch (verdict.of(exchange, outcome)) {
      case SUCCESS -> health.good(exchange, now);
      case FAILURE -> health.bad(exchange, false, now, () -> reason(exchange, outcome));
      case GONE -> health.bad(exchange, true, now, () -> reason(exchange, outcome));
      case NOTHING -> health.ignored(exchange);
    }
  }

  private static String reason(Exchange exchange, Outcome outcome) {
    if (outcome instanceof Outcome.Failed(var failure)) {
      var cause = failure.getCause();
      return cause == null ? failure.text() : String.valueOf(cause.getMessage());
    }
    var response = exchange.response();
    if (response == null) {
      return "no answer";
    }
    String status = "status " + response.status();
    return response.status() >= 500 ? status : status + ", a failure to the responseClassifier";
  }

  private void change(int delta) {
    sessions += delta;
    state.sessions().set(loop.index(), sessions);
    if (aperture != null) {
      aperture.change(delta);
    }
  }
}

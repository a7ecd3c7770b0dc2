package fairlead.routing;

import fairlead.balance.Members;
import fairlead.client.Pool;
import fairlead.exchange.Attempts;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Outcome;
import fairlead.http1.ClientCodec;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way of one exchange from its route to a connection: waits for what is not known yet, draws a
 * name, picks an endpoint, and does so again when the attempt came to nothing. Event loop only.
 */
final class Call implements Attempts, Pool.Waiter {
  /** {@code spec/http.md} §10 allows 25 tries for a session; more than these tell nothing new. */
  private static final int MOST_TRIES = 5;

  private final Exchange exchange;
  private final Route route;
  private final Loop loop;
  private final FailureTexts texts;
  private List<EndpointNode> tried = List.of();
  private @Nullable Future<?> timeout;
  private @Nullable LoopClient client;
  private Selector.@Nullable One drawn;
  private @Nullable EndpointNode node;
  private int depth;
  private int tries;

  Call(Exchange exchange, Route route, Loop loop, FailureTexts texts) {
    this.exchange = exchange;
    this.route = route;
    this.loop = loop;
    this.texts = texts;
  }

  void begin() {
    exchange.attempts(this);
    bind();
  }

  private void bind() {
    if (exchange.isEnded()) {
      cancelTimeout();
      return;
    }
    switch (route.resolution().read()) {
      case null -> {
        limitWaiting(() -> texts.resolvingTooLong(route.key()));
        route.resolution().whenKnown(loop.executor(), this::bind);
      }
      case Resolution.Failed(var reason) -> fail(new Failure.LookupFailed(reason));
      case Resolution.Bound(Selector.Nobody(var doubt)) -> fail(nobody(doubt));
      case Resolution.Bound(var selector) -> choose(selector.draw(loop.random()));
    }
  }

  private Failure nobody(String doubt) {
    String text = texts.unroutable(route.key());
    return doubt.isEmpty()
        ? new Failure.NoEndpoint(text)
        : new Failure.NothingKnown(doubt + "\n" + text);
  }

  private void choose(Selector.@Nullable One one) {
    if (one == null) {
      fail(nobody(""));
      return;
    }
    drawn = one;
    client = one.name().client().on(loop);
    if (exchange.enter(one.name().headers())) {
      depth = exchange.depth();
      dispatch(one, client);
    }
  }

  private void dispatch(Selector.One one, LoopClient to) {
    if (exchange.isEnded()) {
      cancelTimeout();
      return;
    }
    switch (to.members()) {
      case null -> {
        var id = to.client().id();
        limitWaiting(() -> texts.connectingTooLong(route.key(), id));
        to.client().members().whenKnown(loop.executor(), () -> dispatch(one, to));
      }
      case Members.Unavailable(var reason) -> fail(new Failure.LookupFailed(reason));
      case Members.Known _ -> {
        cancelTimeout();
        attempt(one, to);
      }
    }
  }

  private void attempt(Selector.One one, LoopClient to) {
    exchange.beginAttempt();
    var local = to.localStatus();
    if (local == null && to.size() == 0) {
      exchange.fail(new Failure.NoEndpoint(texts.unroutable(route.key())));
      return;
    }
    tries++;
    if (!exchange.enter(to.stack()) || !exchange.enter(one.stats())) {
      return;
    }
    if (local != null) {
      exchange.attach(local);
      return;
    }
    var picked = to.pick(tried);
    if (picked != null && exchange.enter(picked)) {
      node = picked;
      picked.pool().acquire(this);
    }
  }

  @Override
  public void acquired(ClientCodec connection) {
    if (!exchange.isEnded()) {
      exchange.attach(connection);
    } else if (node != null) {
      node.pool().giveBack(connection);
    }
  }

  @Override
  public void unconnected(Throwable cause) {
    if (exchange.isEnded() || node == null || client == null) {
      return;
    }
    var members = client.members();
    var failure =
        new Failure.ConnectFailed(
            texts.unconnected(route.key(), client.client().id(), members, node.endpoint()), cause);
    if (tried.isEmpty()) {
      tried = new ArrayList<>();
    }
    tried.add(node);
    if (!again(failure)) {
      exchange.fail(failure);
    }
  }

  @Override
  public void crowded(int maxWaiters) {
    if (!exchange.isEnded()) {
      exchange.fail(new Failure.TooManyWaiters(maxWaiters));
    }
  }

  @Override
  public long sinceNanos() {
    return exchange.attemptNanos();
  }

  /** The same client, and another endpoint if this one could not be reached. */
  @Override
  public boolean again(Failure failure) {
    if (client == null || drawn == null || tries >= MOST_TRIES) {
      return false;
    }
    exchange.leave(depth, new Outcome.Failed(failure));
    client.client().requeues().increment();
    dispatch(drawn, client);
    return true;
  }

  private void fail(Failure failure) {
    cancelTimeout();
    exchange.fail(failure);
  }

  /** {@code bindingTimeoutMs} is for all of the waiting, and armed only when there is some. */
  private void limitWaiting(java.util.function.Supplier<String> text) {
    if (timeout == null) {
      timeout =
          loop.executor()
              .schedule(
                  () -> exchange.fail(new Failure.BindingTimedOut(text.get())),
                  texts.bindingTimeout().toNanos(),
                  TimeUnit.NANOSECONDS);
    }
  }

  private void cancelTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
      timeout = null;
    }
  }
}

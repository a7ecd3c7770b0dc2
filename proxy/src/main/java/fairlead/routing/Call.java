package fairlead.routing;

import fairlead.activity.Watch;
import fairlead.balance.Members;
import fairlead.client.Waiter;
import fairlead.client.WrongServiceException;
import fairlead.exchange.Attempts;
import fairlead.exchange.BackendStream;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Inquiry;
import fairlead.exchange.Outcome;
import fairlead.exchange.ResponseClass;
import fairlead.http.HeaderNames;
import fairlead.naming.Endpoint;
import fairlead.naming.NameTree;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of one exchange from its route to a connection: waits for what is not known yet, draws a
 * name, picks an endpoint, and does so again when the attempt came to nothing. Event loop only.
 */
final class Call extends Attempts implements Waiter {
  private final Exchange exchange;
  private final Route route;
  private final Loop loop;
  private final FailureTexts texts;
  private List<EndpointNode> tried = List.of();
  private Watch waiting = Watch.NONE;
  private @Nullable Future<?> timeout;
  private Selector.@Nullable One drawn;
  private @Nullable EndpointNode node;
  private @Nullable Requeues requeues;
  private @Nullable Retries retries;
  private int tries;
  private boolean inLine;
  private boolean wantsNew;
  private boolean wasCutOff;

  Call(Exchange exchange, Route route, Loop loop, FailureTexts texts) {
    super(route.service().config().classifier());
    this.exchange = exchange;
    this.route = route;
    this.loop = loop;
    this.texts = texts;
  }

  void begin() {
    var service = route.service();
    var config = service.config();
    exchange.attempts(this);
    if (config.buffers() != null) {
      exchange.keepBody(config.buffers().requestBytes());
    }
    service.budget().deposit(loop.index(), exchange.nanoTime());
    bind();
  }

  private void bind() {
    if (exchange.isEnded()) {
      return;
    }
    switch (route.resolution().read()) {
      case null -> {
        limitWaiting(() -> texts.resolvingTooLong(route.key()));
        waiting = route.resolution().whenKnown(loop.executor(), this::bind);
      }
      case Resolution.Failed(var reason) -> exchange.fail(new Failure.LookupFailed(reason));
      case Resolution.Bound(Selector.Nobody(var doubt), var _) -> exchange.fail(nobody(doubt));
      case Resolution.Bound(var selector, var tree) -> {
        stopWaiting(); // the limit is for each of the two by itself
        choose(selector.draw(loop.random()), tree);
      }
    }
  }

  private Failure nobody(String doubt) {
    String text = texts.unroutable(route.key());
    return doubt.isEmpty()
        ? new Failure.NoEndpoint(text)
        : new Failure.NothingKnown(doubt + "\n" + text);
  }

  private void choose(Selector.@Nullable One one, NameTree<BoundName> tree) {
    if (one == null) {
      exchange.fail(nobody(""));
      return;
    }
    drawn = one;
    var client = one.name().client().on(loop);
    if (exchange.enter(one.name().headers())) {
      meet(one, client, tree);
    }
  }

  /** Waits until something is known of the endpoints. */
  private void meet(Selector.One one, LoopClient to, NameTree<BoundName> tree) {
    if (exchange.isEnded()) {
      return;
    }
    if (to.members() == null) {
      limitWaiting(() -> texts.connectingTooLong(route.key(), tree));
      waiting = to.client().members().whenKnown(loop.executor(), () -> meet(one, to, tree));
      return;
    }
    stopWaiting();
    dispatch(one, to);
  }

  private void dispatch(Selector.One one, LoopClient to) {
    if (to.members() instanceof Members.Unavailable(var reason)) {
      exchange.fail(new Failure.LookupFailed(reason));
    } else {
      attempt(one, to);
    }
  }

  private void attempt(Selector.One one, LoopClient to) {
    exchange.beginAttempt();
    var local = to.localStatus();
    if (local == null && to.size() == 0) {
      exchange.fail(nobody(""));
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
    var picked = to.pick(exchange, tried);
    if (picked != null && picked.isFull()) {
      exchange.attemptFailed(to.client().limited());
    } else if (picked != null && exchange.enter(picked)) {
      node = picked;
      note(picked);
      var inquiry = exchange.inquiry();
      if (inquiry == null || !isAnsweredBy(inquiry, to, picked)) {
        acquire(picked);
      }
    }
  }

  /** Tells who asked; whether no endpoint is to be asked any more. */
  private boolean isAnsweredBy(Inquiry inquiry, LoopClient client, EndpointNode picked) {
    List<String> addresses =
        client.members() instanceof Members.Known known
            ? known.endpoints().stream().map(Endpoint::show).toList()
            : List.of();
    if (!exchange.enter(inquiry.attempt(picked.endpoint().show(), addresses))) {
      return true;
    }
    int status = inquiry.localStatus();
    if (status == Inquiry.NO_STATUS) {
      return false;
    }
    picked.excuse(exchange); // it was not asked
    exchange.attach(new StatusStream(status));
    return true;
  }

  private void note(EndpointNode picked) {
    var notes = exchange.notes();
    if (notes != null) {
      notes.endpoint(picked.endpoint().address());
    }
  }

  private void acquire(EndpointNode from) {
    if (from.state().isCutOff()) {
      unconnected(new CutOffException());
    } else {
      inLine = true;
      from.streams().acquire(this);
    }
  }

  @Override
  public void acquired(BackendStream stream) {
    inLine = false;
    var inquiry = exchange.inquiry();
    if (inquiry != null) {
      inquiry.connected(exchange);
    }
    var limit = node == null ? null : node.attemptTimeout();
    if (limit == null || exchange.enter(limit)) {
      DeadlineHeaders.write(exchange, limit == null ? null : limit.timeout());
      exchange.attach(stream);
    }
  }

  @Override
  public void unconnected(Throwable cause) {
    inLine = false;
    var client = client();
    if (node == null || client == null) {
      return;
    }
    if (cause instanceof WrongServiceException wrong) {
      notConnected(
          new Failure.WrongService(
              texts.wrongService(route.key(), client.client().id(), node.endpoint(), wrong),
              wrong));
      return;
    }
    node.state().unconnected();
    var members = client.members();
    var failure =
        new Failure.ConnectFailed(
            texts.unconnected(route.key(), client.client().id(), members, node.endpoint(), cause),
            cause);
    notConnected(failure);
  }

  /** With another endpoint it may do: local ports are counted for each by itself. */
  @Override
  public void starved(Throwable cause) {
    inLine = false;
    if (node != null && client() != null) {
      notConnected(new Failure.ConnectStarved(node.endpoint().show(), cause));
    }
  }

  private void notConnected(Failure failure) {
    sessionFailed(failure);
    if (!again(failure)) {
      exchange.attemptFailed(failure);
    }
  }

  @Override
  public void crowded(int maxWaiters) {
    inLine = false;
    var failure = new Failure.TooManyWaiters(maxWaiters);
    sessionFailed(failure);
    exchange.attemptFailed(failure);
  }

  @Override
  public long sinceNanos() {
    return exchange.attemptNanos();
  }

  @Override
  public boolean wantsNew() {
    return wantsNew;
  }

  /** The same client, and another endpoint if this one cannot or will not serve. */
  @Override
  protected boolean again(Failure failure) {
    var client = client();
    if (client == null || drawn == null) {
      return false;
    }
    if (requeues == null) {
      requeues = new Requeues(client, exchange.nanoTime());
    }
    if (endsHere(failure, client)
        || !requeues.mayRequeue(failure, hasOthers(client), exchange.nanoTime())) {
      return false;
    }
    avoid(failure);
    exchange.leaveAttempt(new Outcome.Failed(failure));
    dispatch(drawn, client);
    return true;
  }

  @Override
  protected boolean mayRetry(boolean bodyKept) {
    return retries().mayRetry(bodyKept);
  }

  @Override
  protected void retry(long pushbackMillis) {
    leaveClient();
    avoidNode();
    retries().schedule(pushbackMillis);
  }

  /** On the whole way, as if nothing had been asked yet; but not of the same endpoint. */
  private void startAgain() {
    if (exchange.isEnded()) {
      return;
    }
    exchange.forgetAttempt();
    var head = exchange.request();
    head.remove(HeaderNames.L5D_DST_RESIDUAL);
    if (exchange.callerHost() != null) {
      head.set(HeaderNames.HOST, exchange.callerHost());
    }
    bind();
  }

  @Override
  protected int hold() {
    return retries().hold();
  }

  @Override
  protected void held(boolean tooLong) {
    retries().held(tooLong);
  }

  private Retries retries() {
    if (retries == null) {
      retries = new Retries(exchange, route.service(), loop, this::startAgain);
    }
    return retries;
  }

  @Override
  protected void over() {
    stopWaiting();
    if (retries != null) {
      retries.stop();
    }
    if (inLine && node != null) {
      inLine = false;
      node.streams().cancel(this);
    }
    leaveClient();
    route.service().retries().perRequest().add(exchange.retries());
  }

  /** What became of the request there is known. */
  private void leaveClient() {
    var client = client();
    if (client != null && tries > 0) {
      client.client().requeues().perRequest().add(tries - 1);
      if (exchange.responseClass() == ResponseClass.SUCCESS) {
        client.client().requeueBudget().deposit(loop.index(), exchange.nanoTime());
      }
    }
    drawn = null;
    requeues = null;
    tries = 0;
    wantsNew = false;
  }

  /** Of the name that was drawn. */
  private @Nullable LoopClient client() {
    return drawn == null ? null : drawn.name().client().on(loop);
  }

  private boolean hasOthers(LoopClient of) {
    int known = node == null || tried.contains(node) ? tried.size() : tried.size() + 1;
    return of.size() > known;
  }

  /**
   * One new connection that ends is a backend that stops; two may be a request that breaks them.
   */
  private boolean endsHere(Failure failure, LoopClient of) {
    if (!isOfNewConnection(failure)) {
      return false;
    }
    boolean second = wasCutOff;
    wasCutOff = true;
    return second || of.size() == 1;
  }

  private static boolean isOfNewConnection(Failure failure) {
    return (failure instanceof Failure.BackendBroken broken && broken.wasUnused())
        || (failure instanceof Failure.BackendClosed closed && closed.wasUnused());
  }

  private void avoid(Failure failure) {
    boolean endpointsFault =
        failure instanceof Failure.ConnectFailed
            || failure instanceof Failure.ConnectStarved
            || failure instanceof Failure.WrongService
            || failure instanceof Failure.Nacked
            || isOfNewConnection(failure);
    wantsNew = !endpointsFault; // one stale connection, and the rest of the pool may be as old
    if (endpointsFault) {
      avoidNode();
    } else if (node != null) {
      node.excuse(exchange); // a connection that was idle for too long is not a sign of ill health
    }
  }

  private void avoidNode() {
    if (node != null && !tried.contains(node)) {
      if (tried.isEmpty()) {
        tried = new ArrayList<>();
      }
      tried.add(node);
    }
  }

  private void sessionFailed(Failure failure) {
    var client = client();
    if (client != null) {
      client.client().sessionFailed(failure);
    }
  }

  /** Armed only when there is some waiting. */
  private void limitWaiting(Supplier<String> text) {
    if (timeout == null) {
      timeout =
          loop.executor()
              .schedule(
                  () -> exchange.fail(new Failure.BindingTimedOut(text.get())),
                  texts.bindingTimeout().toNanos(),
                  TimeUnit.NANOSECONDS);
    }
  }

  private void stopWaiting() {
    waiting.close();
    waiting = Watch.NONE;
    if (timeout != null) {
      timeout.cancel(false);
      timeout = null;
    }
  }
}

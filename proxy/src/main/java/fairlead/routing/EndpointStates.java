package fairlead.routing;

import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.balance.BalancerConfig;
import fairlead.balance.EndpointState;
import fairlead.balance.Hashing;
import fairlead.balance.PeakEwma;
import fairlead.balance.PickerShared;
import fairlead.balance.Sessions;
import fairlead.balance.accrual.AccrualShared;
import fairlead.balance.accrual.FailFast;
import fairlead.balance.accrual.FailFastShared;
import fairlead.balance.accrual.Health;
import fairlead.balance.concurrency.ConcurrencyLimit;
import fairlead.client.ClientConfig;
import fairlead.client.Connector;
import fairlead.naming.Endpoint;
import fairlead.naming.Path;
import fairlead.telemetry.Metrics;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Makes what a client's event loops know of an endpoint together. Control plane only. */
final class EndpointStates implements Watch {
  private final ClientConfig config;
  private final SerialExecutor control;
  private final Connector connector;
  private final AccrualShared accrual;
  private final @Nullable FailFastShared failFast;
  private final List<Loop> loops;
  private final long seed;

  /** Of the loops that try to connect. */
  private int turn;

  /** Nothing made yet. */
  EndpointStates(
      Path id,
      Client.Shared shared,
      ClientConfig config,
      Connector connector,
      Metrics scope,
      PickerShared pickers) {
    this.config = config;
    this.control = shared.control();
    this.connector = connector;
    this.loops = shared.loops();
    this.seed = shared.seed();
    this.accrual =
        AccrualShared.in(
            scope.scope("failure_accrual"),
            config.accrual(),
            id.show().substring(1),
            control,
            pickers::changed);
    this.failFast = config.failFast() ? new FailFastShared(control, scope.scope("failfast")) : null;
  }

  EndpointState create(InetSocketAddress address) {
    String shown = new Endpoint(address).show();
    long token = Hashing.mix(Hashing.of(shown) ^ seed);
    var health = new Health(accrual, shown, token);
    var state =
        new EndpointState(
            new Sessions(loops.size()),
            cost(),
            health,
            failFast(address, health, token),
            limit(token),
            config.balancer().slowStart(),
            token);
    health.onRevival(() -> state.startSlowly(control.nanos()));
    return state;
  }

  private @Nullable PeakEwma cost() {
    return config.balancer().algorithm() instanceof BalancerConfig.Ewma(var _, var decayTime)
        ? new PeakEwma(decayTime, loops.size(), control.nanos())
        : null;
  }

  private @Nullable ConcurrencyLimit limit(long token) {
    var limits = config.concurrency();
    return limits == null
        ? null
        : new ConcurrencyLimit(limits, loops.size(), token, control.nanos());
  }

  private @Nullable FailFast failFast(InetSocketAddress address, Health health, long token) {
    return failFast == null
        ? null
        : new FailFast(
            failFast,
            health,
            done -> connector.reach(anyLoop(), address, done),
            new SplittableRandom(token));
  }

  private EventLoop anyLoop() {
    return loops.get(Math.floorMod(turn++, loops.size())).executor();
  }

  @Override
  public void close() {
    if (failFast != null) {
      failFast.close();
    }
  }
}

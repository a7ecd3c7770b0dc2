package fairlead.balance;

import fairlead.balance.accrual.Health;

/** States of endpoints for tests, of one event loop. */
final class States {
  private States() {}

  static EndpointState state(Health health) {
    return new EndpointState(new Sessions(1), null, health, null, null, SlowStart.OFF, 0);
  }
}

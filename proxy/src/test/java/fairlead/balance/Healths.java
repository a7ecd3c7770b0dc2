package fairlead.balance;

import fairlead.activity.SerialExecutor;
import fairlead.balance.accrual.AccrualConfig;
import fairlead.balance.accrual.AccrualShared;
import fairlead.balance.accrual.Health;
import fairlead.telemetry.MetricsTree;
import java.util.ArrayList;
import java.util.List;

/** Makes the health of endpoints and remembers them in order. */
final class Healths {
  private final AccrualShared shared;
  private final SerialExecutor control;
  private final List<Health> all = new ArrayList<>();

  Healths(SerialExecutor control) {
    this.control = control;
    this.shared =
        AccrualShared.in(new MetricsTree(), AccrualConfig.DEFAULT, "#/test/web", control, () -> {});
  }

  Health health(String address) {
    var health = new Health(shared, address, all.size());
    all.add(health);
    return health;
  }

  /** The endpoint that was made as this one, counted from 0, refuses a connection. */
  void refuse(int index) {
    all.get(index).bad(this, true, control.nanos(), () -> "connection refused");
  }
}

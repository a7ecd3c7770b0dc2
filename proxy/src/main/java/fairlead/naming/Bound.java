package fairlead.naming;

import fairlead.activity.Activity;
import java.util.Objects;

/**
 * A name that was found: the id of a set of endpoints, the live set, and the elements that the
 * namer did not use. Two are equal when id and residual are; the live set belongs to the id.
 */
public record Bound(Path id, Activity<Addr> addr, Path residual) implements Name {
  @Override
  public boolean equals(Object other) {
    return other instanceof Bound(var otherId, var _, var otherResidual)
        && id.equals(otherId)
        && residual.equals(otherResidual);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, residual);
  }

  @Override
  public String toString() {
    return residual.isEmpty() ? id.show() : id.show() + " + " + residual.show();
  }
}

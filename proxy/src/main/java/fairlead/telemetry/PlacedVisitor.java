package fairlead.telemetry;

import fairlead.telemetry.MetricsWalk.Metric;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Knows where in the tree it is.
 *
 * @param <P> what it knows of that
 */
abstract class PlacedVisitor<P> implements MetricsWalk.Visitor {
  private final Deque<P> trail = new ArrayDeque<>();

  PlacedVisitor(P root) {
    trail.push(root);
  }

  /** The place below {@code from} of this name. */
  abstract P down(P from, String name);

  /** This stands at {@code place}. */
  abstract void metric(P place, Metric metric);

  /** All below {@code place} has been met. */
  void leave(P place) {}

  @Override
  public final void enter(String name) {
    trail.push(down(trail.element(), name));
  }

  @Override
  public final void metric(Metric metric) {
    metric(trail.element(), metric);
  }

  @Override
  public final void leave() {
    leave(trail.pop());
  }
}

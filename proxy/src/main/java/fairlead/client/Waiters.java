package fairlead.client;

import fairlead.telemetry.LoopAdder;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who waits in line for a stream, counted as they come and go. Event loop only. */
final class Waiters {
  private final ArrayDeque<Waiter> line = new ArrayDeque<>();
  private final LoopAdder count;

  /**
   * Nobody yet.
   *
   * @param count of the waiters of several lines
   */
  Waiters(LoopAdder count) {
    this.count = count;
  }

  int size() {
    return line.size();
  }

  boolean isEmpty() {
    return line.isEmpty();
  }

  void add(Waiter waiter) {
    line.addLast(waiter);
    count.increment();
  }

  /** Who has waited longest and no longer does; null when nobody waits. */
  @Nullable Waiter poll() {
    var first = line.pollFirst();
    if (first != null) {
      count.decrement();
    }
    return first;
  }

  /** All of them, who do not wait any longer: what they do next may be to wait anew. */
  List<Waiter> pollAll() {
    var all = List.copyOf(line);
    line.clear();
    count.add(-all.size());
    return all;
  }

  /** Nothing happens when {@code waiter} is not in the line any more. */
  void remove(Waiter waiter) {
    if (line.remove(waiter)) {
      count.decrement();
    }
  }
}

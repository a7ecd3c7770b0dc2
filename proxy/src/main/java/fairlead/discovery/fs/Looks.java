package fairlead.discovery.fs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * Looks that were due together, one after the other on one thread, whose results come back inside
 * some at a time: a thread for each, and a wake-up, would cost more than they. One that waits for
 * others than the file system does not hold up the rest. Outside.
 */
final class Looks implements Runnable {
  private static final ScopedValue<Looks> CURRENT = ScopedValue.newInstance();

  /** So many results come back at once. */
  private static final int TOGETHER = 32;

  private final FileWatches watches;
  private final Path home;
  private Iterator<Looking<?>> left;
  private List<Runnable> looked = new ArrayList<>();

  /**
   * Of those that {@link Looking#beginLook began}.
   *
   * @param home that of all of them
   */
  Looks(FileWatches watches, Path home, Iterator<Looking<?>> left) {
    this.watches = watches;
    this.home = home;
    this.left = left;
  }

  /** To be told within a look that may take long now, as what it asks is not on this host. */
  static void mayTakeLong() {
    if (CURRENT.isBound()) {
      CURRENT.get().handOver();
    }
  }

  @Override
  public void run() {
    ScopedValue.where(CURRENT, this).run(this::look);
  }

  private void look() {
    while (left.hasNext()) {
      looked.add(left.next().lookOutside());
      if (looked.size() == TOGETHER) {
        comeBack();
      }
    }
    comeBack();
  }

  private void handOver() {
    comeBack();
    if (left.hasNext()) {
      watches.elsewhere(home, new Looks(watches, home, left));
      left = Collections.emptyIterator();
    }
  }

  private void comeBack() {
    if (!looked.isEmpty()) {
      var results = looked.iterator();
      looked = new ArrayList<>();
      watches.inside(() -> take(results));
    }
  }

  /** Inside. Nobody waits for ever because of another's fault. */
  private void take(Iterator<Runnable> results) {
    try {
      while (results.hasNext()) {
        results.next().run();
      }
    } finally {
      if (results.hasNext()) {
        watches.inside(() -> take(results));
      }
    }
  }
}

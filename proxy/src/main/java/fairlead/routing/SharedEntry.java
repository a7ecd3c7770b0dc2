package fairlead.routing;

import fairlead.activity.SerialExecutor;

/** An entry that lives as long as others hold it, and a while longer. Control plane only. */
abstract class SharedEntry implements LayerCache.Entry {
  private final SerialExecutor control;
  private int holders;
  private long idleSince;
  private boolean oneShot;

  SharedEntry(SerialExecutor control) {
    this.control = control;
    this.idleSince = control.nanos();
  }

  final void hold() {
    holders++;
  }

  /** The holder last used it at {@code lastUse}. */
  final void release(long lastUse) {
    holders--;
    idleSince = lastUse;
    if (oneShot && holders == 0) {
      close();
    }
  }

  final SerialExecutor control() {
    return control;
  }

  @Override
  public final boolean isIdle() {
    return holders == 0;
  }

  @Override
  public final long idleSince() {
    return idleSince;
  }

  @Override
  public final void makeOneShot() {
    oneShot = true;
  }
}

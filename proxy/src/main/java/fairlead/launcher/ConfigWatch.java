package fairlead.launcher;

import fairlead.activity.SerialExecutor;
import fairlead.activity.State;
import fairlead.activity.Watch;
import fairlead.config.ConfigText;
import fairlead.discovery.fs.FileWatches;
import fairlead.discovery.fs.TextFile;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code watchConfig}: follows the configuration's file, and tells of each change once writers have
 * been quiet for a while. Inside the control plane's executor only.
 */
final class ConfigWatch implements Watch {
  /** Long enough for a writer that writes in pieces, short enough for a person who waits. */
  static final Duration QUIET = Duration.ofMillis(300);

  private final SerialExecutor control;
  private final ConfigText read;
  private final Runnable changed;
  private final Watch watch;
  private @Nullable State<TextFile> seen;
  private Watch timer = Watch.NONE;

  /**
   * Follows {@code file} until closed.
   *
   * @param read what was read of it before
   * @param changed told of each change; returns at once
   */
  ConfigWatch(
      Path file, ConfigText read, FileWatches files, SerialExecutor control, Runnable changed) {
    this.control = control;
    this.read = read;
    this.changed = changed;
    this.watch = files.text(file).observe(this::see);
  }

  private void see(State<TextFile> state) {
    var before = seen;
    if (state instanceof State.Pending || state.equals(before)) {
      return;
    }
    seen = state;
    if (before != null || !isRead(state)) {
      timer.close();
      timer = control.after(QUIET, changed);
    }
  }

  private boolean isRead(State<TextFile> state) {
    return state instanceof State.Ok<TextFile>(TextFile.Text(String text)) && read.is(text);
  }

  @Override
  public void close() {
    timer.close();
    watch.close();
  }
}

package fairlead.tls;

import fairlead.activity.Blocking;
import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest context that files of certificates make. They are looked at once a second, off the
 * event loops, and read anew when they have changed and settled; who has a connection keeps it.
 * Files that are of no use leave the last good context in place, are counted and told.
 *
 * @param <C> of the listener's or the client's side
 */
public final class Renewed<C extends LiveContext> implements Watch {
  static final Duration INTERVAL = Duration.ofSeconds(1);

  /** A loop that has just read {@link #get} is done with the context long before. */
  static final Duration RELEASE_AFTER = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(Renewed.class);

  private final String what;
  private final List<Path> files;
  private final Supplier<C> make;
  private final SerialExecutor control;
  private final Blocking blocking;
  private final CertificateStats stats;

  /** Written by the control plane; read by the loops. */
  private volatile C current;

  /** Not released yet. */
  private final List<C> replaced = new ArrayList<>();

  private FileStamps read;
  private FileStamps seen;
  private Watch next = Watch.NONE;
  private boolean closed;

  /**
   * Reads the files: blocks.
   *
   * @param what for the log, such as {@code listener 127.0.0.1:4140}
   * @param make reads the files; throws {@link IllegalArgumentException} when they are of no use
   */
  Renewed(
      String what,
      List<Path> files,
      Supplier<C> make,
      SerialExecutor control,
      Blocking blocking,
      CertificateStats stats) {
    this.what = what;
    this.files = List.copyOf(files);
    this.make = make;
    this.control = control;
    this.blocking = blocking;
    this.stats = stats;
    this.read = FileStamps.of(files);
    this.seen = read;
    this.current = make.get();
    stats.loaded(current.expiries());
    warnOfExpired(current);
    control.execute(this::lookLater);
  }

  /** What new connections use. Any thread; not to be kept. */
  public C get() {
    return current;
  }

  /** Looks no more; from here on there are no new connections. */
  @Override
  public void close() {
    control.execute(
        () -> {
          if (!closed) {
            closed = true;
            next.close();
            stats.close();
            replaced.forEach(LiveContext::release);
            current.release();
          }
        });
  }

  private void lookLater() {
    if (!closed && !files.isEmpty()) {
      next = control.after(INTERVAL, () -> blocking.run("tls-files", this::look));
    }
  }

  /** Off the control plane; one look after another. */
  private void look() {
    try {
      lookNow();
    } catch (RejectedExecutionException ended) {
      LOG.debug("{}: the program ends", what);
    }
  }

  private void lookNow() {
    var now = FileStamps.of(files);
    boolean settled = now.equals(seen);
    seen = now;
    if (settled && !now.equals(read)) {
      read = now;
      renew();
    }
    control.execute(this::lookLater);
  }

  private void renew() {
    try {
      C renewed = make.get();
      if (hasExpired(renewed) && !hasExpired(current)) {
        renewed.release();
        throw new IllegalArgumentException("the new certificate has expired already");
      }
      handOver(renewed);
    } catch (IllegalArgumentException fault) {
      stats.refused();
      LOG.warn(
          "{}: keeps its certificates, the new ones are of no use: {}", what, fault.getMessage());
    }
  }

  private void handOver(C renewed) {
    try {
      control.execute(() -> replaceBy(renewed));
    } catch (RejectedExecutionException ended) {
      renewed.release();
      throw ended;
    }
  }

  private void replaceBy(C renewed) {
    if (closed) {
      renewed.release();
      return;
    }
    C old = current;
    current = renewed;
    stats.renewed(renewed.expiries());
    LOG.info("{}: certificates read anew", what);
    warnOfExpired(renewed);
    replaced.add(old);
    var _ =
        control.after(
            RELEASE_AFTER,
            () -> {
              if (!closed) {
                replaced.remove(old);
                old.release();
              }
            });
  }

  private static boolean hasExpired(LiveContext context) {
    return context.expiries().values().stream().anyMatch(Renewed::isOver);
  }

  private static boolean isOver(Instant end) {
    return end.isBefore(Instant.now());
  }

  private void warnOfExpired(LiveContext context) {
    context
        .expiries()
        .forEach(
            (file, end) -> {
              if (isOver(end)) {
                LOG.warn("{}: the certificate in {} has expired at {}", what, file, end);
              }
            });
  }
}

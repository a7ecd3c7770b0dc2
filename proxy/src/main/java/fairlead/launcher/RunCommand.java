package fairlead.launcher;

import fairlead.config.ConfigText;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.recorder.FlightRecorder;
import fairlead.recorder.FlightRecorder.Kind;
import fairlead.server.CannotListenException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code fairlead run}: starts the proxy and stays until it is told to stop. */
final class RunCommand {
  private static final Logger LOG = LoggerFactory.getLogger("fairlead");
  private static final Duration LOG_FLUSH = Duration.ofSeconds(1);

  private final Inputs inputs;

  RunCommand(Inputs inputs) {
    this.inputs = inputs;
  }

  /**
   * Comes back only when the proxy could not start. Blocks.
   *
   * @param replaces whether a process that shares its ports is told to end
   */
  ExitCode run(@Nullable String config, boolean replaces) {
    ConfigText text = inputs.open(config);
    if (text == null) {
      return ExitCode.USAGE;
    }
    Logs logs = Logs.configure(inputs.environment(), new FileOutputStream(FileDescriptor.out));
    // Signals first: the metadata services may take seconds, and a stop must not wait for them.
    var early = new LifeCycle(Duration.ofSeconds(25), () -> logs.close(LOG_FLUSH)).handleSignals();
    Recorder.dumpTo(inputs.err());
    Loaded loaded = inputs.load(text);
    Configuration configuration = loaded.configuration();
    if (configuration == null) {
      return end(logs, loaded.problems().show().stripTrailing(), ExitCode.CONFIGURATION);
    }
    early.limit(configuration.admin().shutdownGrace());
    try {
      LOG.info("fairlead {}, {}", Version.text(), Memory.limits());
      loaded.notes().forEach(LOG::info);
      Recorder.keepIn(configuration.stateDir());
      FlightRecorder.note(Kind.PROCESS, "fairlead", "starts, " + Version.text());
      Proxy proxy =
          Proxy.start(
              configuration,
              ShownConfig.of(loaded.tree()),
              threads(),
              grace -> early.stop(0, grace),
              replaces);
      proxy.endWith(early);
      var reloads = new Reloads(inputs, config, loaded, proxy, early, InstantSource.system());
      proxy.reloadBy(reloads);
      reloads.follow(text);
      early.onHangup(
          () -> {
            proxy.reopenLogs();
            var _ = reloads.reload("SIGHUP");
          });
    } catch (CannotListenException taken) {
      return end(logs, PortFault.of(taken, configuration, loaded.tree()), ExitCode.UNAVAILABLE);
    } catch (IOException fault) {
      return end(logs, "fairlead: " + fault.getMessage(), ExitCode.UNAVAILABLE);
    } catch (IllegalArgumentException fault) {
      return end(logs, "fairlead: " + fault.getMessage(), ExitCode.CONFIGURATION);
    }
    return stay();
  }

  private ExitCode end(Logs logs, String why, ExitCode code) {
    logs.close(LOG_FLUSH);
    inputs.err().println(why);
    return code;
  }

  /** Event loops: one a core, or as many as {@code FAIRLEAD_WORKERS} says. */
  private int threads() {
    String wanted = inputs.environment().getOrDefault("FAIRLEAD_WORKERS", "");
    if (wanted.matches("[1-9][0-9]{0,2}")) {
      return Integer.parseInt(wanted);
    }
    if (!wanted.isEmpty()) {
      LOG.warn(
          "FAIRLEAD_WORKERS: '{}' is not a number of threads; use 1 to 999, or leave it out",
          wanted);
    }
    return Runtime.getRuntime().availableProcessors();
  }

  /** The life cycle ends the process. */
  private static ExitCode stay() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.OK;
  }
}

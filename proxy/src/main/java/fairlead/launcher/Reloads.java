package fairlead.launcher;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.activity.Watch;
import fairlead.config.ConfigText;
import fairlead.config.Position;
import fairlead.config.Problem;
import fairlead.config.Setting;
import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Sequence;
import fairlead.launcher.ConfigDiff.Change;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.recorder.FlightRecorder;
import fairlead.recorder.FlightRecorder.Kind;
import fairlead.server.CannotListenException;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again while the proxy runs, and changes the proxy by it, or says why not
 * and leaves it as it is (decision 23). One reload after another, on a thread of its own. Any
 * thread.
 */
final class Reloads {
  private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);
  private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d+)\\]");

  private final Inputs inputs;
  private final @Nullable String file;
  private final Proxy proxy;
  private final LifeCycle life;
  private final InstantSource clock;
  private final Executor thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("reload").factory());
  private final Counter ok;
  private final Counter failed;

  /** Written by the thread that reloads. */
  private volatile Status status;

  private volatile @Nullable ObjectNode tree;

  /** Control plane only. */
  private @Nullable Watch watch;

  /** What became of a reload. */
  sealed interface Outcome {
    /**
     * Another configuration is in force.
     *
     * @param made labels of the routers that were made anew
     */
    record Changed(List<Change> changes, List<String> made) implements Outcome {}

    /** The configuration says what it said before. */
    record Unchanged() implements Outcome {}

    /**
     * The old configuration stays.
     *
     * @param lines why, as {@code fairlead check} tells it
     */
    record Refused(List<String> lines) implements Outcome {}

    /** For a person, each line ended. */
    default String show() {
      return switch (this) {
        case Changed(var changes, var made) -> changed(changes, made);
        case Unchanged _ -> "nothing to do: the configuration is the same\n";
        case Refused(var lines) ->
            "refused, the old configuration stays:\n" + String.join("\n", lines) + "\n";
      };
    }

    private static String changed(List<Change> changes, List<String> made) {
      var text = new StringBuilder("in force: ");
      text.append(changes.isEmpty() ? "other values of secrets or variables" : changes.size());
      if (!changes.isEmpty()) {
        text.append(changes.size() == 1 ? " change" : " changes");
      }
      text.append(made.isEmpty() ? "" : "; routers made anew: " + String.join(", ", made));
      changes.forEach(change -> text.append('\n').append(change.show()));
      return text.append('\n').toString();
    }
  }

  /**
   * How it stands.
   *
   * @param since when what is in force was read
   * @param last when the last reload was tried; null before the first
   */
  record Status(Instant since, @Nullable Instant last, @Nullable Outcome outcome) {
    ObjectNode json(Instant now) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("since", since.toString());
      json.put("ageMs", Duration.between(since, now).toMillis());
      if (last != null && outcome != null) {
        json.put("lastReload", last.toString());
        json.put("lastOutcome", word());
      }
      if (outcome instanceof Outcome.Refused(var lines)) {
        var why = json.putArray("refused");
        lines.forEach(why::add);
      }
      return json;
    }

    private String word() {
      return switch (outcome) {
        case Outcome.Changed _ -> "changed";
        case Outcome.Unchanged _ -> "unchanged";
        case Outcome.Refused _ -> "refused";
        case null -> "";
      };
    }

    /** Why the file on disk is not in force; null when it is, as far as is known. */
    @Nullable String refusal() {
      return outcome instanceof Outcome.Refused(var lines) ? String.join("\n", lines) : null;
    }
  }

  /**
   * For a proxy that was just started.
   *
   * @param file as named on the command line
   * @param loaded what is in force
   */
  Reloads(
      Inputs inputs,
      @Nullable String file,
      Loaded loaded,
      Proxy proxy,
      LifeCycle life,
      InstantSource clock) {
    this.inputs = inputs;
    this.file = file;
    this.proxy = proxy;
    this.life = life;
    this.clock = clock;
    this.tree = loaded.tree() == null ? null : SettingJson.of(loaded.tree());
    this.status = new Status(clock.instant(), null, null);
    Metrics scope = proxy.metrics().scope("config");
    this.ok = scope.scope("reloads").counter("ok");
    this.failed = scope.scope("reloads").counter("failed");
    scope.gauge("age_ms", () -> Duration.between(status.since, clock.instant()).toMillis());
    scope.gauge("refused", () -> status.refusal() == null ? 0 : 1);
  }

  Status status() {
    return status;
  }

  /**
   * Begins or ends to follow the file, as the configuration in force says. Any thread.
   *
   * @param read what was read of it last
   */
  void follow(ConfigText read) {
    boolean wanted = proxy.config().watchConfig();
    if (wanted && (file == null || file.equals("-"))) {
      LOG.warn("watchConfig: {} cannot be followed; start with a file", read.file());
      return;
    }
    var plane = proxy.plane();
    plane.control().execute(() -> follow(wanted, read, plane));
  }

  private void follow(boolean wanted, ConfigText read, ControlPlane plane) {
    var now = watch;
    if (!wanted && now != null) {
      now.close();
      watch = null;
    } else if (wanted && now == null && file != null) {
      watch =
          new ConfigWatch(
              Path.of(file), read, plane.files(), plane.control(), () -> reload(file + " changed"));
    }
  }

  /** The same, as the page {@code /admin/reload} shows it. */
  ObjectNode statusJson() {
    return status.json(clock.instant());
  }

  /**
   * Reads the configuration again, after those who asked before.
   *
   * @param why for the log
   */
  CompletionStage<Outcome> reload(String why) {
    return CompletableFuture.supplyAsync(() -> now(why), thread);
  }

  private Outcome now(String why) {
    LOG.info("{}: reading the configuration again", why);
    Outcome outcome;
    try {
      outcome = attempt();
    } catch (RuntimeException unexpected) {
      LOG.error("reload: failed unexpectedly; the old configuration stays", unexpected);
      outcome = refused("unexpected: " + unexpected);
    }
    FlightRecorder.note(Kind.RELOAD, why, outcome.show().stripTrailing());
    var now = clock.instant();
    switch (outcome) {
      case Outcome.Changed _, Outcome.Unchanged _ -> {
        ok.increment();
        status = new Status(now, now, outcome);
        LOG.info("reload: {}", outcome.show().stripTrailing());
      }
      case Outcome.Refused _ -> {
        failed.increment();
        status = new Status(status.since, now, outcome);
        LOG.error("reload: {}", outcome.show().stripTrailing());
      }
    }
    return outcome;
  }

  private static Outcome refused(String line) {
    return new Outcome.Refused(List.of(line));
  }

  private Outcome attempt() {
    if (file == null || file.equals("-")) {
      return refused(
          (file == null ? "$" + ConfigText.VARIABLE : "standard input")
              + ": cannot be read again; start with a file to reload");
    }
    ConfigText text;
    try {
      text = ConfigText.open(file, inputs.environment(), inputs.in());
    } catch (IOException unreadable) {
      return refused(String.valueOf(unreadable.getMessage()));
    }
    Loaded loaded = inputs.load(text);
    Configuration next = loaded.configuration();
    Mapping found = loaded.tree();
    if (next == null || found == null) {
      return new Outcome.Refused(loaded.problems().show().lines().toList());
    }
    ObjectNode json = SettingJson.of(found);
    ObjectNode before = tree;
    List<Change> changes = before == null ? List.of() : ConfigDiff.between(before, json);
    if (next.equals(proxy.config())) {
      tree = json;
      return new Outcome.Unchanged();
    }
    List<String> fixed =
        changes.stream().filter(Change::needsRestart).map(c -> needsRestart(c, found)).toList();
    if (!fixed.isEmpty()) {
      return new Outcome.Refused(fixed);
    }
    Outcome outcome = change(next, found, json, changes);
    follow(text);
    return outcome;
  }

  private Outcome change(Configuration next, Mapping found, ObjectNode json, List<Change> changes) {
    try {
      List<String> made = proxy.change(next, ShownConfig.of(found));
      life.limit(next.admin().shutdownGrace());
      tree = json;
      return new Outcome.Changed(changes, made);
    } catch (CannotListenException taken) {
      return refused(PortFault.of(taken, next, found));
    } catch (IOException | IllegalArgumentException fault) {
      return refused(String.valueOf(fault.getMessage()));
    }
  }

  private static String needsRestart(Change change, Mapping found) {
    return new Problem(
            place(found, change.path()),
            change.path(),
            "cannot change while fairlead runs; take the change back, or restart",
            List.of())
        .show();
  }

  /** Of the value at {@code path}, or of the innermost block around it that is there. */
  private static Position place(Mapping tree, String path) {
    Setting at = tree;
    Matcher steps = STEP.matcher(path);
    while (steps.find()) {
      Setting below = below(at, steps);
      if (below == null) {
        break;
      }
      at = below;
    }
    return at.at();
  }

  private static @Nullable Setting below(Setting at, Matcher step) {
    if (at instanceof Mapping mapping && step.group(1) != null) {
      return mapping.get(step.group(1));
    }
    if (at instanceof Sequence(var _, var items) && step.group(2) != null) {
      int index = Integer.parseInt(step.group(2));
      return index < items.size() ? items.get(index) : null;
    }
    return null;
  }
}

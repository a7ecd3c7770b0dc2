package fairlead.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.activity.SerialExecutor;
import fairlead.telemetry.MetricsChoice;
import fairlead.telemetry.MetricsSnapshot;
import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last ten minutes of each router's servers, services and clients, for the overview: requests
 * and failures a second and the 99th percentile in milliseconds, every ten seconds. The control
 * plane takes the samples; memory is bounded, whatever callers ask for.
 */
public final class History {
  static final Duration INTERVAL = Duration.ofSeconds(10);
  static final int SAMPLES = 60;

  /** Further ones have no history. */
  static final int MOST = 500;

  private static final List<String> KINDS = List.of("server", "service", "client");

  /** All that samples are made of. */
  private static final MetricsChoice WANTED =
      MetricsChoice.of(
          KINDS.stream()
              .flatMap(
                  kind ->
                      Stream.of("requests", "failures", "request_latency_ms")
                          .map(name -> "rt/*/" + kind + "/*/" + name))
              .toArray(String[]::new));

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Function<MetricsChoice, MetricsSnapshot> metrics;
  private final SerialExecutor control;

  /** The following belong to the control plane. */
  private final Map<Key, Track> tracks = new TreeMap<>();

  /** Samples taken so far. */
  private long taken;

  private long lastNanos;

  /** Whose history it is; ordered as it is shown. */
  private record Key(String router, String kind, String id) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byRouter = router.compareTo(other.router);
      int byKind = byRouter == 0 ? kind.compareTo(other.kind) : byRouter;
      return byKind == 0 ? id.compareTo(other.id) : byKind;
    }
  }

  /** Samples in rings; what was not there yet is not a number. */
  private static final class Track {
    final float[] requests = unknown();
    final float[] failures = unknown();
    final float[] p99 = unknown();
    long requestsBefore;
    long failuresBefore;
    long seen;

    private static float[] unknown() {
      var ring = new float[SAMPLES];
      Arrays.fill(ring, Float.NaN);
      return ring;
    }
  }

  private History(Function<MetricsChoice, MetricsSnapshot> metrics, SerialExecutor control) {
    this.metrics = metrics;
    this.control = control;
    this.lastNanos = control.nanos();
  }

  /** Begins to take samples, on {@code control} and as long as that runs. */
  public static History start(
      Function<MetricsChoice, MetricsSnapshot> metrics, SerialExecutor control) {
    var history = new History(metrics, control);
    control.execute(history::sample);
    return history;
  }

  private void sample() {
    long now = control.nanos();
    double seconds = (now - lastNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    lastNanos = now;
    var routers = metrics.apply(WANTED).children().get("rt");
    if (routers != null) {
      routers.children().forEach((label, router) -> sample(label, router, seconds));
    }
    taken++;
    tracks.values().removeIf(track -> taken - track.seen > SAMPLES);
    control.after(INTERVAL, this::sample);
  }

  private void sample(String label, MetricsSnapshot router, double seconds) {
    for (String kind : KINDS) {
      var nodes = router.children().get(kind);
      if (nodes != null) {
        nodes.children().forEach((id, node) -> sample(new Key(label, kind, id), node, seconds));
      }
    }
  }

  private void sample(Key key, MetricsSnapshot node, double seconds) {
    long requests = count(node, "requests");
    long failures = count(node, "failures");
    var track = tracks.get(key);
    int at = (int) (taken % SAMPLES);
    if (track == null) {
      if (tracks.size() == MOST) {
        return;
      }
      track = new Track();
      tracks.put(key, track);
    } else {
      int gap = (int) Math.min(SAMPLES, taken - track.seen); // it was gone meanwhile
      for (int missed = 1; missed < gap; missed++) {
        put(track, Math.floorMod(at - missed, SAMPLES), Float.NaN, Float.NaN, Float.NaN);
      }
      put(
          track,
          at,
          rate(requests - track.requestsBefore, seconds),
          rate(failures - track.failuresBefore, seconds),
          p99(node));
    }
    track.requestsBefore = requests;
    track.failuresBefore = failures;
    track.seen = taken + 1;
  }

  private static void put(Track track, int at, float requests, float failures, float p99) {
    track.requests[at] = requests;
    track.failures[at] = failures;
    track.p99[at] = p99;
  }

  private static float rate(long more, double seconds) {
    return seconds > 0 ? (float) (Math.max(0, more) / seconds) : Float.NaN;
  }

  private static long count(MetricsSnapshot node, String name) {
    var child = node.children().get(name);
    return child != null && child.value() instanceof Count(long value) ? value : 0;
  }

  private static float p99(MetricsSnapshot node) {
    var latency = node.children().get("request_latency_ms");
    return latency != null && latency.value() instanceof Window(var summary) && summary.count() > 0
        ? summary.p99()
        : Float.NaN;
  }

  /**
   * {@code /history.json?since=n}: {@code {"intervalMs":10000,"samples":60,"taken":n,
   * "routers":{label:{kind:{id:{"requests":[…],"failures":[…],"p99":[…]}}}}}}, oldest first, null
   * for what is not known. With {@code since}, the {@code taken} of an answer before, only what
   * came after that.
   */
  public AdminPage page() {
    return request -> {
      long since = since(request.param("since"));
      return CompletableFuture.supplyAsync(() -> show(since), control)
          .thenApply(AdminResponse::json);
    };
  }

  /** Anything else than a number is as good as none. */
  private static long since(@Nullable String asked) {
    return asked != null && NUMBER.matcher(asked).matches() ? Long.parseLong(asked) : 0;
  }

  /**
   * Samples that came after {@code since}; all where that is 0, or more than there were since this
   * process began.
   */
  ObjectNode show(long since) {
    boolean known = since > 0 && since <= taken;
    long from = known ? Math.max(since, taken - SAMPLES) : taken - SAMPLES;
    var all =
        NODES
            .objectNode()
            .put("intervalMs", INTERVAL.toMillis())
            .put("samples", SAMPLES)
            .put("taken", taken);
    var routers = all.putObject("routers");
    tracks.forEach(
        (key, track) -> {
          var of = routers.withObjectProperty(key.router()).withObjectProperty(key.kind());
          var shown = of.putObject(key.id());
          show(shown.putArray("requests"), track.requests, from, track.seen);
          show(shown.putArray("failures"), track.failures, from, track.seen);
          show(shown.putArray("p99"), track.p99, from, track.seen);
        });
    return all;
  }

  /** What is older than {@code seen} by a whole ring still stands where something newer will. */
  private void show(ArrayNode into, float[] ring, long from, long seen) {
    for (long n = from; n < taken; n++) {
      into.add(n < seen ? rounded(ring[Math.floorMod(n, SAMPLES)]) : null);
    }
  }

  private static @Nullable Float rounded(float value) {
    return Float.isNaN(value) ? null : Math.round(value * 100) / 100f;
  }
}

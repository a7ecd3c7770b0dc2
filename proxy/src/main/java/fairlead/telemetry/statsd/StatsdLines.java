package fairlead.telemetry.statsd;

import fairlead.telemetry.Batch;
import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.Samples;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * What changed since the last time, as StatsD's lines. Counters are told exactly, as what came on
 * top; samples of histograms are drawn at the sample rate. One thread.
 */
final class StatsdLines {
  private static final Pattern NOT_A_NAME = Pattern.compile("[^/A-Za-z0-9]");
  private static final Pattern SLASHES = Pattern.compile("//+");

  private final String prefix;
  private final double sampleRate;
  private final String rate;
  private final Samples samples;
  private final RandomGenerator random;
  private Map<String, Long> counted = new HashMap<>();

  StatsdLines(String prefix, double sampleRate, Samples samples, RandomGenerator random) {
    this.prefix = prefix;
    this.sampleRate = sampleRate;
    this.rate = sampleRate < 1 ? "|@" + sampleRate : "";
    this.samples = samples;
    this.random = random;
  }

  /** Tells {@code line} all there is to tell now. */
  void each(MetricsTree metrics, Consumer<String> line) {
    var now = new HashMap<String, Long>();
    metrics.each((path, value) -> value(String.join("/", path), value, now, line));
    counted = now;
    samples.each((path, batch) -> sampled(path, batch, line));
  }

  private void value(String path, Value value, Map<String, Long> now, Consumer<String> line) {
    switch (value) {
      case Count(long count) -> {
        now.put(path, count);
        long before = counted.getOrDefault(path, 0L);
        long more = count < before ? count : count - before; // a scope that came back began at 0
        if (more > 0) {
          line.accept(name(path) + ":" + more + "|c");
        }
      }
      case Level(float level) -> level(name(path), level, line);
      case Window _ -> {} // its samples are told one by one
    }
  }

  /** A value with a sign is a change to StatsD: what is below zero is set by way of zero. */
  private static void level(String name, float value, Consumer<String> line) {
    if (value < 0) {
      line.accept(name + ":0|g");
    }
    line.accept(name + ":" + plain(value) + "|g");
  }

  private static String plain(float value) {
    return value == (long) value ? Long.toString((long) value) : Float.toString(value);
  }

  private void sampled(List<String> path, Batch batch, Consumer<String> line) {
    String name = name(String.join("/", path));
    for (int i = 0; i < batch.values().length; i++) {
      for (long n = drawn(batch.counts()[i]); n > 0; n--) {
        line.accept(name + ":" + batch.values()[i] + "|ms" + rate);
      }
    }
  }

  private long drawn(long of) {
    if (sampleRate >= 1) {
      return of;
    }
    long drawn = 0;
    for (long i = 0; i < of; i++) {
      if (random.nextDouble() < sampleRate) {
        drawn++;
      }
    }
    return drawn;
  }

  private String name(String path) {
    String clean = NOT_A_NAME.matcher(path).replaceAll("_");
    return prefix + "." + SLASHES.matcher(clean).replaceAll("/").replace('/', '.');
  }
}

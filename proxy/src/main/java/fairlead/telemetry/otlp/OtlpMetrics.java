package fairlead.telemetry.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import fairlead.telemetry.Batch;
import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.PageBytes;
import fairlead.telemetry.Place;
import fairlead.telemetry.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the tree as an {@code ExportMetricsServiceRequest} in JSON (OTLP 1.x). Counters and
 * histograms are cumulative; what came again after it was gone has a new start. One thread.
 */
final class OtlpMetrics {
  private static final JsonFactory JSON = new JsonFactory();
  private static final long[] BOUNDS = {
    0,
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000
  };

  /** {@code AGGREGATION_TEMPORALITY_CUMULATIVE}. */
  private static final int CUMULATIVE = 2;

  private final String service;
  private final Samples samples;
  private Map<String, Total> counted = new HashMap<>();
  private Map<List<String>, Distribution> recorded = new HashMap<>();

  /** A counter, and since when. */
  private record Total(String start, long value) {}

  /** What a histogram got since it was seen first. */
  private static final class Distribution {
    private final String start;
    private final long[] buckets = new long[BOUNDS.length + 1];
    private long count;
    private long sum;

    Distribution(String start) {
      this.start = start;
    }

    void add(Batch batch) {
      for (int i = 0; i < batch.values().length; i++) {
        buckets[bucketOf(batch.values()[i])] += batch.counts()[i];
        count += batch.counts()[i];
      }
      sum += batch.sum();
    }

    private static int bucketOf(long value) {
      int bucket = 0;
      while (bucket < BOUNDS.length && value > BOUNDS[bucket]) {
        bucket++;
      }
      return bucket;
    }
  }

  /** Writes what is behind the attributes of one point. */
  private interface Body {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private record Point(Place place, Body body) {}

  /** Points by name, of each kind. */
  private record Points(
      Map<String, List<Point>> sums,
      Map<String, List<Point>> gauges,
      Map<String, List<Point>> histograms) {
    static void add(Map<String, List<Point>> to, Place place, Body body) {
      String name = place.name().replace(':', '.');
      to.computeIfAbsent(name, _ -> new ArrayList<>()).add(new Point(place, body));
    }
  }

  /**
   * Nothing seen yet.
   *
   * @param service the resource's {@code service.name}
   */
  OtlpMetrics(String service, Samples samples) {
    this.service = service;
    this.samples = samples;
  }

  /** All of {@code metrics}, as of {@code epochNanos}. */
  PageBytes encode(MetricsTree metrics, long epochNanos) {
    String now = Long.toString(epochNanos);
    var points = new Points(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    var totals = new HashMap<String, Total>();
    metrics.each((path, value) -> value(path, value, new Walk(now, points, totals)));
    counted = totals;
    histograms(now, points.histograms);
    return write(points);
  }

  private record Walk(String now, Points points, Map<String, Total> totals) {}

  private void value(List<String> path, Value value, Walk walk) {
    switch (value) {
      case Count(long count) -> {
        String key = String.join("/", path);
        var before = counted.get(key);
        String start = before == null || count < before.value ? walk.now : before.start;
        walk.totals.put(key, new Total(start, count));
        Points.add(
            walk.points.sums,
            place(path),
            json -> {
              times(json, start, walk.now);
              json.writeStringField("asInt", Long.toString(count));
            });
      }
      case Level(float level) ->
          Points.add(
              walk.points.gauges,
              place(path),
              json -> {
                json.writeStringField("timeUnixNano", walk.now);
                json.writeNumberField("asDouble", level);
              });
      case Window _ -> {} // told by the samples
    }
  }

  private static Place place(List<String> path) {
    var place = Place.ROOT;
    for (String name : path) {
      place = place.down(name);
    }
    return place;
  }

  private void histograms(String now, Map<String, List<Point>> points) {
    var known = new HashMap<List<String>, Distribution>();
    samples.each(
        (path, batch) -> {
          var before = recorded.get(path);
          var all = before == null ? new Distribution(now) : before;
          all.add(batch);
          known.put(path, all);
          Points.add(points, place(path), json -> distribution(json, all, now));
        });
    recorded = known;
  }

  private static void distribution(JsonGenerator json, Distribution all, String now)
      throws IOException {
    times(json, all.start, now);
    json.writeStringField("count", Long.toString(all.count));
    json.writeNumberField("sum", all.sum);
    json.writeArrayFieldStart("bucketCounts");
    for (long count : all.buckets) {
      json.writeString(Long.toString(count));
    }
    json.writeEndArray();
    json.writeFieldName("explicitBounds");
    json.writeArray(BOUNDS, 0, BOUNDS.length);
  }

  private static void times(JsonGenerator json, String start, String now) throws IOException {
    json.writeStringField("startTimeUnixNano", start);
    json.writeStringField("timeUnixNano", now);
  }

  private PageBytes write(Points points) {
    var bytes = new PageBytes();
    try (var json = JSON.createGenerator(bytes.asWriter())) {
      json.writeStartObject();
      json.writeArrayFieldStart("resourceMetrics");
      json.writeStartObject();
      json.writeObjectFieldStart("resource");
      json.writeArrayFieldStart("attributes");
      attribute(json, "service.name", service);
      json.writeEndArray();
      json.writeEndObject();
      json.writeArrayFieldStart("scopeMetrics");
      json.writeStartObject();
      json.writeObjectFieldStart("scope");
      json.writeStringField("name", "fairlead");
      json.writeEndObject();
      json.writeArrayFieldStart("metrics");
      metrics(json, "sum", points.sums);
      metrics(json, "gauge", points.gauges);
      metrics(json, "histogram", points.histograms);
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes;
  }

  private static void metrics(JsonGenerator json, String kind, Map<String, List<Point>> all)
      throws IOException {
    for (var metric : all.entrySet()) {
      json.writeStartObject();
      json.writeStringField("name", metric.getKey());
      json.writeStringField("unit", unit(metric.getKey()));
      json.writeObjectFieldStart(kind);
      if (!kind.equals("gauge")) {
        json.writeNumberField("aggregationTemporality", CUMULATIVE);
      }
      if (kind.equals("sum")) {
        json.writeBooleanField("isMonotonic", true);
      }
      json.writeArrayFieldStart("dataPoints");
      for (var point : metric.getValue()) {
        json.writeStartObject();
        json.writeArrayFieldStart("attributes");
        for (var label : point.place.labels()) {
          attribute(json, label.key(), label.value());
        }
        json.writeEndArray();
        point.body.writeTo(json);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  private static void attribute(JsonGenerator json, String key, String value) throws IOException {
    json.writeStartObject();
    json.writeStringField("key", key);
    json.writeObjectFieldStart("value");
    json.writeStringField("stringValue", value);
    json.writeEndObject();
    json.writeEndObject();
  }

  /** In the words of UCUM. */
  private static String unit(String name) {
    if (name.endsWith("_ms") || name.endsWith("_msec") || name.endsWith("_millis")) {
      return "ms";
    }
    if (name.endsWith("_us")) {
      return "us";
    }
    return name.endsWith("bytes") ? "By" : "1";
  }
}

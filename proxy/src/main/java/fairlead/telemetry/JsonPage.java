package fairlead.telemetry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import fairlead.telemetry.MetricsWalk.Metric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /admin/metrics.json} ({@code spec/admin.md} §4): one JSON object. */
public abstract sealed class JsonPage extends WalkingPage<String> {
  private static final JsonFactory JSON = new JsonFactory();

  final JsonGenerator json;

  private JsonPage(MetricsWalk walk, boolean pretty) {
    super(walk, "");
    try {
      json = JSON.createGenerator(new PieceWriter());
      if (pretty) {
        json.useDefaultPrettyPrinter();
      }
      json.writeStartObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  /**
   * A field for each value, whose name is the whole path; null where nothing stands at {@code at}.
   */
  public static @Nullable PagePieces flat(
      MetricsTree tree, boolean detailed, String at, boolean pretty) {
    var walk = tree.walk(detailed, at);
    return walk == null ? null : new Flat(walk, pretty);
  }

  /** An object for each scope; null where nothing stands at {@code at}. */
  public static @Nullable PagePieces tree(MetricsTree tree, boolean detailed, String at) {
    var walk = tree.walk(detailed, at);
    return walk == null ? null : new Nested(walk);
  }

  /** The generator keeps some text to itself, so it is asked for it before a piece is long. */
  private final class PieceWriter extends Writer {
    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
      text().asWriter().write(chars, offset, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Override
  final void flush() {
    try {
      json.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  final void end() {
    try {
      json.close(); // ends all that is open
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  final void summary(String prefix, Summary summary) throws IOException {
    json.writeNumberField(prefix + "count", summary.count());
    if (summary.count() == 0) {
      return;
    }
    json.writeNumberField(prefix + "max", summary.max());
    json.writeNumberField(prefix + "min", summary.min());
    json.writeNumberField(prefix + "p50", summary.p50());
    json.writeNumberField(prefix + "p90", summary.p90());
    json.writeNumberField(prefix + "p95", summary.p95());
    json.writeNumberField(prefix + "p99", summary.p99());
    json.writeNumberField(prefix + "p9990", summary.p9990());
    json.writeNumberField(prefix + "p9999", summary.p9999());
    json.writeNumberField(prefix + "sum", summary.sum());
    json.writeNumberField(prefix + "avg", summary.avg());
  }

  private static final class Flat extends JsonPage {
    Flat(MetricsWalk walk, boolean pretty) {
      super(walk, pretty);
    }

    @Override
    String down(String from, String name) {
      return from.isEmpty() ? name : from + "/" + name;
    }

    @Override
    void metric(String key, Metric metric) {
      try {
        switch (metric.read()) {
          case null -> {}
          case Count(long value) -> json.writeNumberField(key, value);
          case Level(float value) -> json.writeNumberField(key, value);
          case Window(Summary summary) -> summary(key + ".", summary);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Nested extends JsonPage {
    /** How many of the scopes that the walk is in have been opened: those with a value below. */
    private int open;

    /** The names of the scopes that the walk is in, outermost first. */
    private final List<String> names = new ArrayList<>();

    Nested(MetricsWalk walk) {
      super(walk, false);
    }

    @Override
    String down(String from, String name) {
      names.add(name);
      return name;
    }

    @Override
    void metric(String name, Metric metric) {
      var value = metric.read();
      if (value == null) {
        return;
      }
      try {
        for (; open < names.size(); open++) {
          json.writeObjectFieldStart(names.get(open));
        }
        switch (value) {
          case Count(long count) -> json.writeNumberField("counter", count);
          case Level(float level) -> json.writeNumberField("gauge", level);
          case Window(Summary summary) -> summary("stat.", summary);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    void leave(String name) {
      if (names.isEmpty()) {
        return; // the outermost object ends with the page
      }
      try {
        if (open == names.size()) {
          open--;
          json.writeEndObject();
        }
        names.removeLast();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

package fairlead.telemetry.trace;

import fairlead.config.Block;
import fairlead.telemetry.JsonPost;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.event.Level;

/** Reads telemeters that take spans ({@code spec/config.md} §15, and one of ours). */
public final class TracerConfigReader {
  private static final URI NOWHERE = URI.create("http://localhost/");

  /** Twitter's levels by ours; nothing is logged at OFF as at a level that nobody turns on. */
  private static final Map<String, Level> LEVELS =
      Map.of(
          "OFF", Level.TRACE,
          "FATAL", Level.ERROR,
          "CRITICAL", Level.ERROR,
          "ERROR", Level.ERROR,
          "WARNING", Level.WARN,
          "INFO", Level.INFO,
          "DEBUG", Level.DEBUG,
          "TRACE", Level.TRACE,
          "ALL", Level.TRACE);

  private TracerConfigReader() {}

  /** {@code io.l5d.tracelog}. */
  public static TracerConfig log(Block block) {
    double rate = block.number("sampleRate", 1, -Double.MAX_VALUE, Double.MAX_VALUE);
    String word = block.text("level", "INFO");
    var level = LEVELS.get(word.toUpperCase(Locale.ROOT));
    if (level == null) {
      level = block.word("level", "log level", LEVELS, Level.INFO);
    }
    boolean off = word.equalsIgnoreCase("OFF");
    return new TracerConfig.Log(off ? 0 : Math.clamp(rate, 0, 1), level);
  }

  /** {@code io.l5d.recentRequests}. */
  public static TracerConfig recent(Block block) {
    if (!block.has("sampleRate")) {
      block.missing("sampleRate", "write a share from 0.0 to 1.0");
    }
    double rate = block.number("sampleRate", 1, 0, 1);
    return new TracerConfig.Recent(rate, block.integer("capacity", 10, 1, 100_000));
  }

  /** {@code io.l5d.zipkin}: where Linkerd speaks Scribe, we speak HTTP. */
  public static TracerConfig zipkin(Block block) {
    String host = block.text("host", "localhost");
    int port = block.port("port", 9411);
    String path = block.text("path", "/api/v2/spans");
    if (!path.startsWith("/")) {
      block.fault("path", block.shown("path") + " does not begin with a slash; put one before it");
      path = "/";
    }
    double rate = block.number("sampleRate", 0.001, 0, 1);
    return new TracerConfig.Zipkin(url(block, "host", host, port, path), Map.of(), rate);
  }

  /** {@code io.zipkin.http}: the keys of the plug-in that installations of Linkerd use. */
  public static TracerConfig zipkinHttp(Block block) {
    String host = block.text("host", "localhost:9411");
    var headers = new HashMap<String, String>();
    String hostHeader = block.text("hostHeader");
    if (hostHeader != null) {
      headers.put("Host", hostHeader);
    }
    if (block.flag("compressionEnabled", true)) {
      headers.putAll(JsonPost.GZIP);
    }
    double rate = block.number("initialSampleRate", 0.001, 0, 1);
    int colon = host.lastIndexOf(':');
    boolean good = colon > 0 && host.substring(colon + 1).matches("[0-9]{1,5}");
    if (!good) {
      block.fault("host", block.shown("host") + " has no port; write one, such as zipkin:9411");
      return new TracerConfig.Zipkin(NOWHERE, headers, rate);
    }
    int port = Integer.parseInt(host.substring(colon + 1));
    var url = url(block, "host", host.substring(0, colon), port, "/api/v2/spans");
    return new TracerConfig.Zipkin(url, headers, rate);
  }

  /** {@code traces} of {@code io.l5d.otlp}, which sends to {@code endpoint}. */
  public static TracerConfig.Otlp otlp(Block traces, URI endpoint) {
    double rate = traces.number("sampleRate", 0.001, 0, 1);
    traces.end();
    var url = URI.create(endpoint.toString().replaceFirst("/+$", "") + "/v1/traces");
    return new TracerConfig.Otlp(url, Map.of(), rate);
  }

  private static URI url(Block block, String key, String host, int port, String path) {
    try {
      String name = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
      var url = new URI("http://" + name + ":" + port + path);
      if (url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException _) {
      assert !host.isEmpty() || path != null : host; // told below
    }
    block.fault(key, block.shown(key) + " is no host; write a name or an address");
    return NOWHERE;
  }
}

package fairlead.telemetry.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** OpenTelemetry's traces as JSON over HTTP (OTLP 1.x, {@code ExportTraceServiceRequest}). */
public final class OtlpFormat implements SpanFormat {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int SERVER = 2;
  private static final int CLIENT = 3;
  private static final int ERROR = 2;

  /** What the attributes are called that have a name there. */
  private static final Map<String, String> NAMES =
      Map.of(
          "http.method", "http.request.method",
          "http.uri", "url.path",
          "http.host", "server.address",
          "http.status_code", "http.response.status_code");

  @Override
  public byte[] encode(List<Span> spans) {
    var byService = new TreeMap<String, List<Span>>();
    for (var span : spans) {
      byService.computeIfAbsent(span.service(), _ -> new java.util.ArrayList<>()).add(span);
    }
    var out = new ByteArrayOutputStream();
    try (var json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("resourceSpans");
      for (var service : byService.entrySet()) {
        write(service.getKey(), service.getValue(), json);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) { // it goes to memory
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void write(String service, List<Span> spans, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("resource");
    attributes(Map.of("service.name", service), json);
    json.writeEndObject();
    json.writeArrayFieldStart("scopeSpans");
    json.writeStartObject();
    json.writeObjectFieldStart("scope");
    json.writeStringField("name", "fairlead");
    json.writeEndObject();
    json.writeArrayFieldStart("spans");
    for (var span : spans) {
      write(span, json);
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(Span span, JsonGenerator json) throws IOException {
    var id = span.id();
    json.writeStartObject();
    json.writeStringField("traceId", hex(id.high()) + hex(id.trace()));
    json.writeStringField("spanId", hex(id.span()));
    if (!span.isRoot()) {
      json.writeStringField("parentSpanId", hex(id.parent()));
    }
    json.writeStringField("name", span.name());
    json.writeNumberField("kind", span.side() == Span.Side.SERVER ? SERVER : CLIENT);
    json.writeStringField("startTimeUnixNano", nanos(span.startMicros()));
    json.writeStringField("endTimeUnixNano", nanos(span.startMicros() + span.durationMicros()));
    attributes(attributes(span), json);
    json.writeArrayFieldStart("events");
    for (var note : span.notes()) {
      json.writeStartObject();
      json.writeStringField("timeUnixNano", nanos(note.micros()));
      json.writeStringField("name", note.text());
      json.writeEndObject();
    }
    json.writeEndArray();
    if (span.error() != null) {
      json.writeObjectFieldStart("status");
      json.writeNumberField("code", ERROR);
      json.writeStringField("message", span.error());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static Map<String, String> attributes(Span span) {
    var attributes = new LinkedHashMap<String, String>();
    span.tags().forEach((key, value) -> attributes.put(NAMES.getOrDefault(key, key), value));
    address("network.local", span.local(), attributes);
    address("network.peer", span.remote(), attributes);
    return attributes;
  }

  private static void address(
      String key, @Nullable InetSocketAddress address, Map<String, String> attributes) {
    if (address != null && address.getAddress() != null) {
      attributes.put(key + ".address", address.getAddress().getHostAddress());
      attributes.put(key + ".port", Integer.toString(address.getPort()));
    }
  }

  private static void attributes(Map<String, String> attributes, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart("attributes");
    for (var attribute : attributes.entrySet()) {
      json.writeStartObject();
      json.writeStringField("key", attribute.getKey());
      json.writeObjectFieldStart("value");
      String value = attribute.getValue();
      boolean number =
          attribute.getKey().endsWith(".port") || attribute.getKey().endsWith("status_code");
      json.writeStringField(number ? "intValue" : "stringValue", value);
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** 64-bit numbers are texts there. */
  private static String nanos(long micros) {
    return micros + "000";
  }

  private static String hex(long id) {
    return String.format("%016x", id);
  }
}

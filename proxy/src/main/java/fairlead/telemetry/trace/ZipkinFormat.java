package fairlead.telemetry.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import fairlead.http.TraceId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Zipkin's JSON, version 2. */
public final class ZipkinFormat implements SpanFormat {
  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public byte[] encode(List<Span> spans) {
    var out = new ByteArrayOutputStream();
    try (var json = JSON.createGenerator(out)) {
      json.writeStartArray();
      for (var span : spans) {
        write(span, json);
      }
      json.writeEndArray();
    } catch (IOException e) { // it goes to memory
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void write(Span span, JsonGenerator json) throws IOException {
    var id = span.id();
    json.writeStartObject();
    json.writeStringField("traceId", trace(id));
    if (!span.isRoot()) {
      json.writeStringField("parentId", hex(id.parent()));
    }
    json.writeStringField("id", hex(id.span()));
    json.writeStringField("kind", span.side().name());
    json.writeStringField("name", span.name().toLowerCase(Locale.ROOT));
    json.writeNumberField("timestamp", span.startMicros());
    json.writeNumberField("duration", span.durationMicros());
    if ((id.flags() & TraceId.DEBUG) != 0) {
      json.writeBooleanField("debug", true);
    }
    endpoint("localEndpoint", span.service(), span.local(), json);
    if (span.remote() != null) {
      endpoint("remoteEndpoint", span.remoteService(), span.remote(), json);
    }
    json.writeArrayFieldStart("annotations");
    for (var note : span.notes()) {
      json.writeStartObject();
      json.writeNumberField("timestamp", note.micros());
      json.writeStringField("value", note.text());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("tags");
    for (var tag : span.tags().entrySet()) {
      json.writeStringField(tag.getKey(), tag.getValue());
    }
    if (span.error() != null) {
      json.writeStringField("error", span.error());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void endpoint(
      String field,
      @Nullable String service,
      @Nullable InetSocketAddress address,
      JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    if (service != null) {
      json.writeStringField("serviceName", service);
    }
    if (address != null && address.getAddress() != null) {
      boolean six = address.getAddress() instanceof Inet6Address;
      json.writeStringField(six ? "ipv6" : "ipv4", address.getAddress().getHostAddress());
      json.writeNumberField("port", address.getPort());
    }
    json.writeEndObject();
  }

  private static String trace(TraceId id) {
    return id.high() == 0 ? hex(id.trace()) : hex(id.high()) + hex(id.trace());
  }

  private static String hex(long id) {
    return String.format("%016x", id);
  }
}

package fairlead.discovery.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonGenerator.Feature;
import com.fasterxml.jackson.databind.JsonNode;
import fairlead.discovery.consul.LastGoods.Good;
import fairlead.json.Json;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good sets of one namer as a JSON file. It helps when it is there and never hurts: what
 * cannot be read is left out, what cannot be written is logged once. Blocks; one call at a time.
 */
final class SnapshotFile {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFile.class);
  private static final int VERSION = 1;

  /** Ours stays far below; what is larger is somebody else's file. */
  private static final long MAX_BYTES = 256L << 20;

  private static final JsonFactory JSON = new JsonFactory();

  /** What is kept. Immutable by agreement. */
  record Snapshot(@Nullable AgentSelf self, Map<ServiceKey, Good> goods) {
    static final Snapshot EMPTY = new Snapshot(null, Map.of());
  }

  private final Path file;

  /** Of this process and namer alone: another process may write to the same file. */
  private final Path temporary;

  private boolean complained;

  SnapshotFile(Path file) {
    this.file = file;
    this.temporary = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  Snapshot read() {
    try {
      if (Files.size(file) > MAX_BYTES) {
        LOG.warn("{}: too large for a snapshot of ours; ignored", file);
        return Snapshot.EMPTY;
      }
      var reading = new Reading();
      try (var in = Files.newInputStream(file)) {
        Json.readMembers(in, reading::take);
      }
      if (reading.version != VERSION) {
        LOG.warn("{}: not a snapshot of version {}; ignored", file, VERSION);
        return Snapshot.EMPTY;
      }
      return new Snapshot(reading.self, reading.goods);
    } catch (NoSuchFileException none) {
      return Snapshot.EMPTY;
    } catch (IOException fault) {
      LOG.warn("{}: last good addresses cannot be read: {}", file, firstLine(fault));
      return Snapshot.EMPTY;
    }
  }

  /** What has been read so far: service by service, as all of them are many megabytes. */
  private static final class Reading {
    private int version;
    private @Nullable AgentSelf self;
    private final Map<ServiceKey, Good> goods = new LinkedHashMap<>();

    void take(String key, JsonNode value) {
      switch (key) {
        case "version" -> version = value.asInt();
        case "agent" -> self = self(value);
        case "services" -> service(value);
        default -> LOG.debug("snapshot: {} is not ours", key);
      }
    }

    private void service(JsonNode service) {
      String datacenter = text(service, "datacenter");
      String name = text(service, "service");
      var good = datacenter == null || name == null ? null : good(service);
      if (datacenter != null && name != null && good != null) {
        goods.put(new ServiceKey(datacenter, text(service, "tag"), name), good);
      }
    }
  }

  private static @Nullable AgentSelf self(JsonNode agent) {
    String datacenter = text(agent, "datacenter");
    String domain = text(agent, "domain");
    String address = text(agent, "address");
    return datacenter == null || domain == null || address == null
        ? null
        : new AgentSelf(datacenter, domain, address);
  }

  private static @Nullable Good good(JsonNode service) {
    Set<Endpoint> endpoints = new HashSet<>();
    try {
      for (JsonNode e : service.path("endpoints")) {
        String ip = text(e, "ip");
        var address = ip == null ? null : NetUtil.createInetAddressFromIpAddressString(ip);
        if (address != null) {
          endpoints.add(
              new Endpoint(
                  new InetSocketAddress(address, port(e.path("port"))),
                  e.path("weight").asDouble(),
                  texts(e.path("metadata"))));
        }
      }
      String at = text(service, "at");
      return endpoints.isEmpty()
          ? null
          : new Good(
              new Addr.Live(endpoints, texts(service.path("metadata"))),
              at == null ? Instant.EPOCH : Instant.parse(at));
    } catch (IllegalArgumentException | DateTimeException invalid) {
      LOG.debug("snapshot entry left out: {}", invalid.toString());
      return null;
    }
  }

  private static @Nullable String text(JsonNode of, String key) {
    return of.path(key).textValue();
  }

  private static int port(JsonNode value) {
    if (!value.isInt() || !EndpointMaker.isPort(value.intValue())) {
      throw new IllegalArgumentException("port: " + value.asText() + " (expected: 1 to 65535)");
    }
    return value.intValue();
  }

  private static Map<String, String> texts(JsonNode of) {
    var texts = new HashMap<String, String>();
    for (var member : of.properties()) {
      String value = member.getValue().textValue();
      if (value == null) {
        throw new IllegalArgumentException("metadata: " + member.getKey() + " (expected: a text)");
      }
      texts.put(member.getKey(), value);
    }
    return texts;
  }

  /** Whole or not at all: beside the file first, then in its place. */
  void write(Snapshot snapshot) {
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      try (var channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        json(snapshot, Channels.newOutputStream(channel));
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      complained = false;
    } catch (IOException fault) {
      if (!complained) {
        complained = true;
        LOG.warn("{}: last good addresses cannot be kept on disk: {}", file, fault.toString());
      }
      forgetTemporary();
    }
  }

  /** What is there of it, on a full disk, would only take up room. */
  private void forgetTemporary() {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException kept) {
      LOG.debug("{} stays: {}", temporary, kept.toString());
    }
  }

  private static void json(Snapshot snapshot, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out).disable(Feature.AUTO_CLOSE_TARGET)) {
      json.writeStartObject();
      json.writeNumberField("version", VERSION);
      AgentSelf self = snapshot.self();
      if (self == null) {
        json.writeNullField("agent");
      } else {
        json.writeObjectFieldStart("agent");
        json.writeStringField("datacenter", self.datacenter());
        json.writeStringField("domain", self.domain());
        json.writeStringField("address", self.address());
        json.writeEndObject();
      }
      json.writeArrayFieldStart("services");
      for (var entry : snapshot.goods().entrySet()) {
        service(entry.getKey(), entry.getValue(), json);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void service(ServiceKey key, Good good, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("datacenter", key.datacenter());
    json.writeStringField("tag", key.tag());
    json.writeStringField("service", key.service());
    json.writeStringField("at", good.at().toString());
    json.writeArrayFieldStart("endpoints");
    for (Endpoint endpoint : good.addr().endpoints()) {
      json.writeStartObject();
      json.writeStringField("ip", endpoint.address().getAddress().getHostAddress());
      json.writeNumberField("port", endpoint.address().getPort());
      json.writeNumberField("weight", endpoint.weight());
      metadata(endpoint.metadata(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
    metadata(good.addr().metadata(), json);
    json.writeEndObject();
  }

  private static void metadata(Map<String, String> metadata, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart("metadata");
    for (var entry : metadata.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  private static String firstLine(IOException fault) {
    return fault.toString().lines().findFirst().orElse("");
  }
}

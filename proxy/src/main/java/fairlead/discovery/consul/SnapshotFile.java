package fairlead.discovery.consul;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.discovery.consul.LastGoods.Good;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
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

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** What is kept. Immutable by agreement. */
  record Snapshot(@Nullable AgentSelf self, Map<ServiceKey, Good> goods) {
    static final Snapshot EMPTY = new Snapshot(null, Map.of());
  }

  private record FileJson(
      int version, @Nullable AgentSelf agent, @Nullable List<@Nullable ServiceJson> services) {}

  private record ServiceJson(
      @Nullable String datacenter,
      @Nullable String tag,
      @Nullable String service,
      @Nullable String at,
      @Nullable List<EndpointJson> endpoints,
      @Nullable Map<String, String> metadata) {}

  private record EndpointJson(
      @Nullable String ip, int port, double weight, @Nullable Map<String, String> metadata) {}

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
      FileJson json = JSON.readValue(Files.readAllBytes(file), FileJson.class);
      if (json == null || json.version() != VERSION) {
        LOG.warn("{}: not a snapshot of version {}; ignored", file, VERSION);
        return Snapshot.EMPTY;
      }
      return snapshot(json);
    } catch (NoSuchFileException none) {
      return Snapshot.EMPTY;
    } catch (IOException fault) {
      LOG.warn("{}: last good addresses cannot be read: {}", file, firstLine(fault));
      return Snapshot.EMPTY;
    }
  }

  private static Snapshot snapshot(FileJson json) {
    var goods = new LinkedHashMap<ServiceKey, Good>();
    for (var service : json.services() == null ? List.<ServiceJson>of() : json.services()) {
      if (service != null && service.datacenter() != null && service.service() != null) {
        var good = good(service);
        if (good != null) {
          goods.put(new ServiceKey(service.datacenter(), service.tag(), service.service()), good);
        }
      }
    }
    return new Snapshot(self(json.agent()), goods);
  }

  /** A field that is missing is null after all, whatever the record's types say. */
  @SuppressWarnings("ConstantValue") // Jackson does not know of nullness
  private static @Nullable AgentSelf self(@Nullable AgentSelf read) {
    boolean whole =
        read != null
            && read.datacenter() != null
            && read.domain() != null
            && read.address() != null;
    return whole ? read : null;
  }

  private static @Nullable Good good(ServiceJson service) {
    Set<Endpoint> endpoints = new HashSet<>();
    try {
      for (var e : service.endpoints() == null ? List.<EndpointJson>of() : service.endpoints()) {
        var ip = e.ip() == null ? null : NetUtil.createInetAddressFromIpAddressString(e.ip());
        if (ip != null) {
          endpoints.add(
              new Endpoint(new InetSocketAddress(ip, e.port()), e.weight(), orEmpty(e.metadata())));
        }
      }
      Instant at = service.at() == null ? Instant.EPOCH : Instant.parse(service.at());
      return endpoints.isEmpty()
          ? null
          : new Good(new Addr.Live(endpoints, orEmpty(service.metadata())), at);
    } catch (IllegalArgumentException | NullPointerException | DateTimeException invalid) {
      LOG.debug("snapshot entry left out: {}", invalid.toString());
      return null;
    }
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }

  /** Whole or not at all: beside the file first, then in its place. */
  void write(Snapshot snapshot) {
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      var bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(json(snapshot)));
      try (var channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
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

  private static FileJson json(Snapshot snapshot) {
    var services = new ArrayList<@Nullable ServiceJson>();
    snapshot
        .goods()
        .forEach(
            (key, good) ->
                services.add(
                    new ServiceJson(
                        key.datacenter(),
                        key.tag(),
                        key.service(),
                        good.at().toString(),
                        good.addr().endpoints().stream().map(SnapshotFile::json).toList(),
                        good.addr().metadata())));
    return new FileJson(VERSION, snapshot.self(), services);
  }

  private static EndpointJson json(Endpoint endpoint) {
    return new EndpointJson(
        endpoint.address().getAddress().getHostAddress(),
        endpoint.address().getPort(),
        endpoint.weight(),
        endpoint.metadata());
  }

  private static String firstLine(IOException fault) {
    return fault.toString().lines().findFirst().orElse("");
  }
}

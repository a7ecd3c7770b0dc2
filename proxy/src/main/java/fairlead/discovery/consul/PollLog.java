package fairlead.discovery.consul;

import fairlead.discovery.consul.Reply.Meta;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When a name was last asked for and what came, for the naming pages ({@code spec/admin.md} §7).
 * Control executor only.
 */
public final class PollLog {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z").withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private @Nullable String request;
  private @Nullable Instant requestAt;
  private @Nullable String response;
  private @Nullable Instant responseAt;
  private @Nullable String error;
  private @Nullable Meta meta;

  public PollLog(InstantSource clock) {
    this.clock = clock;
  }

  void asked(String target) {
    request = target;
    requestAt = clock.instant();
  }

  void answered(String summary, Meta said) {
    response = summary;
    responseAt = clock.instant();
    meta = said;
    error = null;
  }

  void failed(Trouble trouble) {
    error = trouble.reason();
    responseAt = clock.instant();
  }

  /** As written in the naming pages. */
  static String show(Instant time) {
    return TIME.format(time);
  }

  /** Plain JSON values; what is not known is left out. */
  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    putUnlessNull(map, "request", request);
    putUnlessNull(map, "lastRequestAt", requestAt == null ? null : show(requestAt));
    putUnlessNull(map, "response", response);
    putUnlessNull(map, "lastResponseAt", responseAt == null ? null : show(responseAt));
    putUnlessNull(map, "error", error);
    if (meta != null) {
      putUnlessNull(
          map, "index", meta.index() == null ? null : Long.toUnsignedString(meta.index()));
      map.put("knownLeader", meta.knownLeader());
      map.put("lastContactMs", meta.lastContactMillis());
      map.put("filteredByAcls", meta.filteredByAcls());
    }
    return map;
  }

  static void putUnlessNull(Map<String, Object> map, String key, @Nullable Object value) {
    if (value != null) {
      map.put(key, value);
    }
  }
}

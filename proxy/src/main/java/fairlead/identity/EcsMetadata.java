package fairlead.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import fairlead.identity.MetadataClient.Answer;
import fairlead.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What ECS tells a container: its metadata file and the task metadata service, version 4 ({@code
 * spec/ecs.md} §2). Each is asked once, as the service is throttled for the whole instance. Blocks;
 * one thread.
 */
final class EcsMetadata {
  private static final String URI = "ECS_CONTAINER_METADATA_URI_V4";
  private static final String FILE = "ECS_CONTAINER_METADATA_FILE";
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int LOOKS = 30;
  private static final String USE_ECS = "run as an ECS task (agent 1.39 or later)";

  private final MetadataClient client;
  private final Machine machine;
  private final Map<String, JsonNode> known = new HashMap<>();

  EcsMetadata(MetadataClient client, Machine machine) {
    this.client = client;
    this.machine = machine;
  }

  /** The container's own answer. */
  JsonNode container() throws AttemptException {
    return service("");
  }

  /** The network mode of this container in ECS's word, or null when nothing tells it. */
  @Nullable String networkMode() {
    String mode = networkMode(this::container);
    return mode == null ? networkMode(this::file) : mode;
  }

  @FunctionalInterface
  private interface Document {
    JsonNode read() throws AttemptException;
  }

  private static @Nullable String networkMode(Document document) {
    try {
      return text(document.read(), "Networks.0.NetworkMode");
    } catch (AttemptException _) {
      return null; // told again by the step that needs this document
    }
  }

  /** The metadata file, once it is complete. */
  JsonNode file() throws AttemptException {
    JsonNode done = known.get(FILE);
    if (done != null) {
      return done;
    }
    String path = machine.environment().get(FILE);
    String source = "container metadata file";
    if (path == null || path.isEmpty()) {
      throw new AttemptException(
          source, FILE + " is not set", "set ECS_ENABLE_CONTAINER_METADATA=true for the ECS agent");
    }
    JsonNode read = ready(path, source + " " + path);
    known.put(FILE, read);
    return read;
  }

  private JsonNode ready(String path, String source) throws AttemptException {
    String got = "";
    for (int look = 0; look < LOOKS; look++) {
      try {
        JsonNode node = Json.read(machine.read(path));
        String status = text(node, "MetadataFileStatus");
        if ("READY".equals(status)) {
          return node;
        }
        got = "not READY after " + PAUSE.multipliedBy(LOOKS).toMillis() + " ms";
      } catch (JsonProcessingException _) {
        got = "is not JSON"; // the agent may be writing it: look again
      } catch (IOException _) {
        got = "cannot be read";
      }
      if (!machine.waiting().pause(PAUSE)) {
        break;
      }
    }
    throw new AttemptException(source, got, "look at the ECS agent's log, or update the agent");
  }

  /** The value of a key, or of keys joined by dots, wherever ECS tells it. */
  String get(String key) throws AttemptException {
    AttemptException why = null;
    for (int i = 0; i < 3; i++) {
      try {
        String value = text(i == 0 ? service("/task") : i == 1 ? container() : file(), key);
        if (value != null) {
          return value;
        }
      } catch (AttemptException e) {
        why = why == null ? e : why;
      }
    }
    if (known.isEmpty() && why != null) {
      throw why;
    }
    throw new AttemptException("ECS metadata", "has no '" + key + "'", "ask a key such as Cluster");
  }

  private JsonNode service(String path) throws AttemptException {
    JsonNode done = known.get(URI + path);
    if (done != null) {
      return done;
    }
    String base = machine.environment().get(URI);
    if (base == null || base.isEmpty()) {
      throw new AttemptException("ECS task metadata", URI + " is not set", USE_ECS);
    }
    JsonNode read = ask(base + path);
    known.put(URI + path, read);
    return read;
  }

  private JsonNode ask(String url) throws AttemptException {
    String source = "ECS task metadata " + url;
    try {
      Answer answer = client.send("GET", url, Map.of());
      if (answer.status() != 200) {
        throw new AttemptException(source, "status " + answer.status(), USE_ECS);
      }
      JsonNode node = Json.read(answer.body());
      if (node.isObject()) {
        return node;
      }
      throw new AttemptException(
          source, "answered " + Found.excerpt(answer.body()) + ", which is no object", USE_ECS);
    } catch (JsonProcessingException _) {
      throw new AttemptException(source, "answered something that is not JSON", USE_ECS);
    } catch (IOException e) {
      throw new AttemptException(source, String.valueOf(e.getMessage()), USE_ECS);
    }
  }

  /** The scalar at {@code path}, keys and indexes joined by dots, or null. */
  static @Nullable String text(JsonNode node, String path) {
    JsonNode at = node;
    for (String step : path.split("\\.", -1)) {
      at =
          at.isArray() && step.matches("[0-9]{1,4}")
              ? at.path(Integer.parseInt(step))
              : at.path(step);
    }
    return at.isValueNode() && !at.isNull() && !at.asText().isEmpty() ? at.asText() : null;
  }
}

package fairlead.launcher.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import fairlead.discovery.NamerConfig.ConsulAgent;
import fairlead.json.Json;
import fairlead.tls.TlsSocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/** Asks a Consul agent, one request at a time. Blocks. */
final class Agent {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int MOST_BYTES = 32 << 20;

  private final ConsulAgent config;

  Agent(ConsulAgent config) {
    this.config = config;
  }

  /**
   * What came back.
   *
   * @param body missing when it is no JSON
   * @param date by the agent's clock; null when it does not tell
   */
  record Reply(int status, JsonNode body, String text, @Nullable Instant date, boolean filtered) {
    boolean isDenied() {
      return status == 403;
    }
  }

  String url() {
    String host = config.host().indexOf(':') >= 0 ? "[" + config.host() + "]" : config.host();
    return (config.tls() == null ? "http" : "https") + "://" + host + ":" + config.port();
  }

  /**
   * GET.
   *
   * @throws IOException when nobody answers, with a message for the operator
   */
  Reply get(String path) throws IOException {
    var connection =
        (HttpURLConnection) URI.create(url() + path).toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout((int) LIMIT.toMillis());
    connection.setReadTimeout((int) LIMIT.toMillis());
    connection.setUseCaches(false);
    if (connection instanceof HttpsURLConnection https && config.tls() != null) {
      https.setSSLSocketFactory(TlsSocketFactory.of(config.tls()));
      https.setHostnameVerifier((_, _) -> true); // the sockets verify by themselves
    }
    String token = token();
    if (token != null) {
      connection.setRequestProperty("X-Consul-Token", token);
    }
    try {
      int status = connection.getResponseCode();
      String text = body(connection, status);
      long date = connection.getHeaderFieldDate("Date", 0);
      return new Reply(
          status,
          json(text),
          text.strip(),
          date == 0 ? null : Instant.ofEpochMilli(date),
          "true".equals(connection.getHeaderField("X-Consul-Results-Filtered-By-ACLs")));
    } finally {
      connection.disconnect();
    }
  }

  private @Nullable String token() {
    if (config.tokenFile() != null) {
      try {
        return Files.readString(config.tokenFile()).strip();
      } catch (IOException _) { // told by the agent's answer
        return null;
      }
    }
    return config.token() == null ? null : config.token().value();
  }

  private static String body(HttpURLConnection connection, int status) throws IOException {
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return in == null ? "" : new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode json(String text) {
    try {
      return Json.read(text);
    } catch (JsonProcessingException _) {
      return MissingNode.getInstance();
    }
  }
}

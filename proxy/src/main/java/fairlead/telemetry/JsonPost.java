package fairlead.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;

/** Sends JSON to a collector, on a connection that is kept. Blocks. */
public final class JsonPost {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 10_000;

  private JsonPost() {}

  /**
   * Sends {@code body} as it is.
   *
   * @param headers beside {@code Content-Type}
   * @throws IOException when the collector cannot be reached, or takes it not: {@code status 503}
   */
  public static void send(URI url, Map<String, String> headers, byte[] body) throws IOException {
    var connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.length);
    connection.setRequestProperty("Content-Type", "application/json");
    headers.forEach(connection::setRequestProperty);
    try (var out = connection.getOutputStream()) {
      out.write(body);
    }
    int status = connection.getResponseCode();
    try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      if (in != null) {
        in.transferTo(OutputStream.nullOutputStream()); // so that the connection is used again
      }
    }
    if (status / 100 != 2) {
      throw new IOException("status " + status);
    }
  }
}

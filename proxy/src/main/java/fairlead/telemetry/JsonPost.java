package fairlead.telemetry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Sends JSON to a collector, on a connection that is kept. Blocks. */
public final class JsonPost {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 10_000;

  /** What makes a body travel compressed. */
  public static final Map<String, String> GZIP = Map.of("Content-Encoding", "gzip");

  private JsonPost() {}

  /**
   * Sends {@code body}, compressed where {@code headers} contain {@link #GZIP}.
   *
   * @param headers beside {@code Content-Type}
   * @throws IOException when the collector cannot be reached, or takes it not: {@code status 503}
   */
  public static void send(URI url, Map<String, String> headers, byte[] body) throws IOException {
    boolean zipped = headers.entrySet().containsAll(GZIP.entrySet());
    post(url, headers, PageBytes.of(zipped ? compressed(body) : body));
  }

  /**
   * Sends {@code body} as it is.
   *
   * @throws IOException as above
   */
  public static void send(URI url, PageBytes body) throws IOException {
    post(url, Map.of(), body);
  }

  private static void post(URI url, Map<String, String> headers, PageBytes body)
      throws IOException {
    var connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.length());
    connection.setRequestProperty("Content-Type", "application/json");
    headers.forEach(connection::setRequestProperty);
    try (var out = connection.getOutputStream()) {
      for (var chunk : body.chunks()) {
        out.write(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
      }
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

  private static byte[] compressed(byte[] body) throws IOException {
    var bytes = new ByteArrayOutputStream(body.length / 4);
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(body);
    }
    return bytes.toByteArray();
  }
}

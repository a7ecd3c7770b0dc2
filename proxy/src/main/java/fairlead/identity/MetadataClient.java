package fairlead.identity;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One small request to a metadata service, bounded as a whole, never through a proxy. Blocks; for
 * start-up only.
 */
final class MetadataClient {
  private static final int MAX_BODY_BYTES = 1 << 20;

  private final Duration limit;

  /**
   * @param limit of one try, from the connect to the last byte
   */
  MetadataClient(Duration limit) {
    this.limit = limit;
  }

  /** What came back. */
  record Answer(int status, String body) {}

  /**
   * Sends one request without a body.
   *
   * @throws IOException with a message for the operator: {@code no answer within 1 s}
   */
  Answer send(String method, String url, Map<String, String> headers) throws IOException {
    return send(method, url, headers, null);
  }

  /**
   * The same to an address that may be https.
   *
   * @param sockets verify who is at the other end by themselves; null for plain HTTP
   */
  Answer send(
      String method, String url, Map<String, String> headers, @Nullable SSLSocketFactory sockets)
      throws IOException {
    HttpURLConnection connection = open(method, url, headers);
    if (connection instanceof HttpsURLConnection https && sockets != null) {
      https.setSSLSocketFactory(sockets);
      https.setHostnameVerifier((_, _) -> true);
    }
    var answer = new CompletableFuture<Answer>();
    Thread.ofVirtual().name("blocking-metadata").start(() -> complete(answer, connection));
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new MetadataTimeout(limit);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    } catch (ExecutionException e) {
      throw inWords(e.getCause());
    } finally {
      connection.disconnect();
    }
  }

  /** Nothing came back in time. */
  static final class MetadataTimeout extends IOException {
    private static final long serialVersionUID = 1L;

    private MetadataTimeout(Duration limit) {
      super("no answer within " + limit.toMillis() + " ms");
    }
  }

  private HttpURLConnection open(String method, String url, Map<String, String> headers)
      throws IOException {
    try {
      var connection = (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
      connection.setRequestMethod(method);
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setConnectTimeout((int) limit.toMillis());
      connection.setReadTimeout((int) limit.toMillis());
      connection.setRequestProperty("Connection", "close");
      headers.forEach(connection::setRequestProperty);
      return connection;
    } catch (IllegalArgumentException | ClassCastException _) {
      throw new IOException("'" + url + "' is no http address");
    }
  }

  private static void complete(CompletableFuture<Answer> answer, HttpURLConnection connection) {
    try {
      int status = connection.getResponseCode();
      try (InputStream body = status < 400 ? connection.getInputStream() : error(connection)) {
        answer.complete(
            new Answer(
                status, new String(body.readNBytes(MAX_BODY_BYTES), StandardCharsets.UTF_8)));
      }
    } catch (IOException | RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  private static InputStream error(HttpURLConnection connection) {
    InputStream body = connection.getErrorStream();
    return body == null ? InputStream.nullInputStream() : body;
  }

  private IOException inWords(@Nullable Throwable cause) {
    return switch (cause) {
      case java.net.SocketTimeoutException _ -> new MetadataTimeout(limit);
      case java.net.ConnectException _ -> new IOException("connection refused");
      case java.net.NoRouteToHostException _ -> new IOException("no route to host");
      case SSLException broken -> broken;
      case java.net.UnknownHostException _ -> new IOException("unknown host name");
      case null, default ->
          new IOException(
              "broken answer (" + (cause == null ? "?" : cause.getClass().getSimpleName()) + ")");
    };
  }
}

package fairlead.launcher;

import fairlead.tls.OwnListener;
import fairlead.tls.ServerTls;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the admin port of a running proxy, for {@code --live}. Blocks.
 *
 * @param address {@code host:port}
 * @param setBy what says so, for messages: {@code admin.port}
 * @param tls as the admin port speaks it; null for plain text
 */
record AdminClient(String address, String setBy, @Nullable ServerTls tls) {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

  /** With this status, which is never 403. */
  record Answer(int status, String body) {}

  /**
   * What the admin port answers.
   *
   * @param target path and query
   * @throws IOException when nobody answers, or with a refusal; its message is for the operator
   */
  Answer get(String target) throws IOException {
    try (var client = client()) {
      var uri = URI.create((tls == null ? "http://" : "https://") + address + target);
      var asked = HttpRequest.newBuilder(uri).timeout(ANSWER_LIMIT).build();
      var answer = client.send(asked, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 403) {
        return new Answer(answer.statusCode(), answer.body());
      }
      throw new Refused(answer.body().strip());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    } catch (Refused refused) {
      throw new IOException(
          "the admin port "
              + address
              + " refuses: "
              + refused.getMessage()
              + (tls == null ? "; where it speaks TLS, name the configuration with admin.tls" : ""),
          refused);
    } catch (SSLException fault) {
      throw new IOException(
          "the admin port "
              + address
              + " does not speak TLS as admin.tls says: "
              + fault.getMessage()
              + "; name the configuration that the proxy there was started with",
          fault);
    } catch (IOException unreachable) {
      throw new IOException(
          "no proxy answers on the admin port "
              + address
              + ": "
              + reason(unreachable)
              + "; start it, set "
              + setBy
              + " to where it is, or leave --live out",
          unreachable);
    }
  }

  /** For an answer that a proxy does not give to {@code path}. */
  IOException unexpected(String path, String answered) {
    return new IOException(
        "the admin port "
            + address
            + " answers "
            + answered
            + "; see that "
            + setBy
            + " is the admin port of a proxy, and that admin.security lets "
            + path
            + " through");
  }

  private HttpClient client() {
    var builder = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT);
    return tls == null ? builder.build() : builder.sslContext(OwnListener.client(tls)).build();
  }

  private static String reason(IOException unreachable) {
    return switch (unreachable) {
      case ConnectException refused -> hasUnknownHost(refused) ? "unknown host" : "nobody listens";
      case HttpTimeoutException _ -> "nothing in time";
      default -> String.valueOf(unreachable.getMessage());
    };
  }

  private static boolean hasUnknownHost(Throwable failure) {
    for (var at = failure; at != null; at = at.getCause()) {
      if (at instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  private static final class Refused extends IOException {
    Refused(String message) {
      super(message);
    }
  }
}

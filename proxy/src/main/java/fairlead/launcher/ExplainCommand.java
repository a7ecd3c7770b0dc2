package fairlead.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.config.ConfigText;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.naming.NameSyntaxException;
import fairlead.telemetry.MetricsTree;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code fairlead explain}: here, with discovery of its own, or by a running proxy. Blocks. */
final class ExplainCommand {
  private final Inputs inputs;

  ExplainCommand(Inputs inputs) {
    this.inputs = inputs;
  }

  ExitCode run(@Nullable String config, ExplainRequest request, boolean live, boolean json) {
    ConfigText text = inputs.open(config);
    if (text == null) {
      return ExitCode.USAGE;
    }
    Loaded loaded = inputs.load(text);
    Configuration configuration = loaded.configuration();
    if (configuration == null) {
      inputs.err().print(loaded.problems().show());
      return ExitCode.CONFIGURATION;
    }
    try {
      inputs
          .out()
          .print(live ? ask(configuration, request, json) : explain(configuration, request, json));
      inputs.out().flush();
      return ExitCode.OK;
    } catch (IllegalArgumentException unusable) {
      inputs.err().println("fairlead: " + unusable.getMessage());
      return ExitCode.USAGE;
    } catch (IOException unreachable) {
      inputs.err().println("fairlead: " + unreachable.getMessage());
      return ExitCode.UNAVAILABLE;
    }
  }

  private static String explain(Configuration configuration, ExplainRequest request, boolean json) {
    Logs.quiet();
    try (Naming naming = Naming.open(configuration, new MetricsTree())) {
      Explanation found =
          new Explainer(naming, configuration.routers())
              .explain(request)
              .toCompletableFuture()
              .join();
      return json ? json(found) : found.show();
    } catch (NameSyntaxException bad) {
      throw new IllegalArgumentException("l5d-dtab: " + bad.getMessage(), bad);
    }
  }

  /** Indented, ended by a newline. */
  static String json(Explanation found) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(found.json())
          + "\n";
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("explanation: not JSON", impossible);
    }
  }

  private static String ask(Configuration configuration, ExplainRequest request, boolean json)
      throws IOException {
    InetAddress ip = configuration.admin().ip();
    var admin =
        new InetSocketAddress(
            ip.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : ip,
            configuration.admin().port());
    var query =
        new StringBuilder("?url=")
            .append(encode(request.url()))
            .append("&method=")
            .append(encode(request.method()));
    request.headers().forEach(line -> query.append("&header=").append(encode(line)));
    if (request.router() != null) {
      query.append("&router=").append(encode(request.router()));
    }
    String host = admin.getAddress().getHostAddress();
    var uri =
        URI.create(
            "http://"
                + (host.contains(":") ? "[" + host + "]" : host)
                + ":"
                + admin.getPort()
                + (json ? "/explain.json" : "/explain")
                + query);
    try (var client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
      var asked = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
      HttpResponse<String> answer = client.send(asked, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 400) {
        throw new IllegalArgumentException(answer.body().strip());
      }
      return answer.body();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    } catch (IOException unreachable) {
      throw new IOException(
          "no proxy answers on the admin port "
              + admin.getHostString()
              + ":"
              + admin.getPort()
              + "; start it, or leave --live out",
          unreachable);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

package fairlead.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.admin.AdminConfig;
import fairlead.config.ConfigText;
import fairlead.config.Problems;
import fairlead.identity.Machine;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.launcher.ExplainRequest.Unusable;
import fairlead.telemetry.MetricsTree;
import fairlead.tls.OwnListener;
import fairlead.tls.ServerTls;
import java.io.IOException;
import java.net.InetAddress;
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
    try {
      request.head(); // a request that is none is told before anything is read
    } catch (Unusable unusable) {
      inputs.err().println("fairlead: " + unusable.getMessage());
      return ExitCode.USAGE;
    }
    try {
      return live ? ask(config, request, json) : explain(config, request, json);
    } catch (Unusable unusable) {
      inputs.err().println("fairlead: " + unusable.getMessage());
      return ExitCode.USAGE;
    } catch (IllegalArgumentException unreadable) {
      inputs.err().println("fairlead: " + unreadable.getMessage());
      return ExitCode.CONFIGURATION;
    } catch (IOException unreachable) {
      inputs.err().println("fairlead: " + unreachable.getMessage());
      return ExitCode.UNAVAILABLE;
    }
  }

  private ExitCode explain(@Nullable String config, ExplainRequest request, boolean json) {
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
    return print(explain(configuration, request, json));
  }

  /**
   * Needs only to know where the admin port is: it works also where the rest of the configuration
   * cannot be used, as while the agent is away that says which host this is.
   */
  private ExitCode ask(@Nullable String config, ExplainRequest request, boolean json)
      throws IOException {
    if (config == null && !inputs.environment().containsKey(ConfigText.VARIABLE)) {
      return print(answer(HealthCommand.hostAndPort(inputs.environment()), null, request, json));
    }
    ConfigText text = inputs.open(config);
    if (text == null) {
      return ExitCode.USAGE;
    }
    var problems = new Problems();
    AdminConfig admin =
        ConfigurationLoader.admin(text, Machine.real(inputs.environment()), problems);
    if (admin == null) {
      inputs.err().print(problems.show());
      return ExitCode.CONFIGURATION;
    }
    return print(answer(adminAddress(admin), admin.tls(), request, json));
  }

  private ExitCode print(String text) {
    inputs.out().print(text);
    inputs.out().flush();
    return ExitCode.OK;
  }

  private static String explain(Configuration configuration, ExplainRequest request, boolean json) {
    Logs.quiet();
    try (Naming naming = Naming.open(configuration, new MetricsTree())) {
      Explanation found =
          new Explainer(naming, configuration).explain(request).toCompletableFuture().join();
      return json ? json(found) : found.show();
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

  /**
   * What the admin port answers.
   *
   * @param tls as the admin port speaks it; null for plain text
   */
  private static String answer(
      String admin, @Nullable ServerTls tls, ExplainRequest request, boolean json)
      throws IOException {
    var uri =
        URI.create(
            (tls == null ? "http://" : "https://")
                + admin
                + (json ? "/explain.json" : "/explain")
                + query(request));
    try (var client = client(tls)) {
      var asked = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
      HttpResponse<String> answer = client.send(asked, HttpResponse.BodyHandlers.ofString());
      return switch (answer.statusCode()) {
        case 200 -> answer.body();
        case 400 -> throw new Unusable(answer.body().strip());
        case 403 ->
            throw new UnexpectedAnswer(
                "the admin port "
                    + admin
                    + " refuses: "
                    + answer.body().strip()
                    + (tls == null ? "; where it speaks TLS, name the configuration" : ""));
        default ->
            throw new UnexpectedAnswer(
                "the admin port "
                    + admin
                    + " answers "
                    + answer.statusCode()
                    + "; see that Fairlead listens there and that admin.security lets /explain"
                    + " through");
      };
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    } catch (UnexpectedAnswer told) {
      throw told;
    } catch (IOException unreachable) {
      throw new IOException(
          "no proxy answers on the admin port " + admin + "; start it, or leave --live out",
          unreachable);
    }
  }

  static HttpClient client(@Nullable ServerTls tls) {
    var builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2));
    return tls == null ? builder.build() : builder.sslContext(OwnListener.client(tls)).build();
  }

  static String adminAddress(AdminConfig admin) {
    if (admin.port() == 0) {
      throw new Unusable("admin.port is 0, any free one; write a fixed one to use --live");
    }
    InetAddress ip = admin.ip().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : admin.ip();
    String host = ip.getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + admin.port();
  }

  private static String query(ExplainRequest request) {
    var query =
        new StringBuilder("?url=")
            .append(encode(request.url()))
            .append("&method=")
            .append(encode(request.method()));
    request.headers().forEach(line -> query.append("&header=").append(encode(line)));
    if (request.router() != null) {
      query.append("&router=").append(encode(request.router()));
    }
    return query.toString();
  }

  /** Somebody answers, but not with an explanation. */
  private static final class UnexpectedAnswer extends IOException {
    UnexpectedAnswer(String message) {
      super(message);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

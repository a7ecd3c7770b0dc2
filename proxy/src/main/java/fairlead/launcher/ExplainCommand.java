package fairlead.launcher;

import fairlead.admin.AdminConfig;
import fairlead.config.ConfigText;
import fairlead.config.Problems;
import fairlead.identity.Machine;
import fairlead.json.Json;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.launcher.ExplainRequest.Unusable;
import fairlead.telemetry.MetricsTree;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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
      var client =
          new AdminClient(
              HealthCommand.hostAndPort(inputs.environment()), HealthCommand.VARIABLE, null);
      return print(answer(client, request, json));
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
    var client = new AdminClient(adminAddress(admin), "admin.port", admin.tls());
    return print(answer(client, request, json));
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
    return Json.pretty(Json.of(found.json())) + "\n";
  }

  private static String answer(AdminClient admin, ExplainRequest request, boolean json)
      throws IOException {
    String path = json ? "/explain.json" : "/explain";
    var answer = admin.get(path + query(request));
    return switch (answer.status()) {
      case 200 -> answer.body();
      case 400 -> throw new Unusable(answer.body().strip());
      default -> throw admin.unexpected(path, Integer.toString(answer.status()));
    };
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

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

package fairlead.launcher;

import fairlead.config.ConfigText;
import fairlead.identity.Machine;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.launcher.demo.Demo;
import fairlead.launcher.demo.DemoHost;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** {@code fairlead demo}: the whole path on loopback, told hop by hop. Blocks. */
final class DemoCommand {
  private static final List<String> SERVICES = List.of("web", "users");

  private final Inputs inputs;
  private final int port;
  private final boolean once;
  private final List<Host> hosts = new ArrayList<>();

  /** One host's proxy and its configuration. */
  private record Host(Configuration config, Proxy proxy) {}

  DemoCommand(Inputs inputs, int port, boolean once) {
    this.inputs = inputs;
    this.port = port;
    this.once = once;
  }

  ExitCode run() {
    PrintStream out = inputs.out();
    var environment = new HashMap<>(inputs.environment());
    environment.putIfAbsent("FAIRLEAD_LOG_LEVEL", "WARN");
    Logs logs = Logs.configure(environment, new FileOutputStream(FileDescriptor.err));
    var life =
        new LifeCycle(Duration.ofSeconds(5), () -> logs.close(Duration.ofSeconds(1)))
            .handleSignals();
    try {
      Path dir = Files.createTempDirectory("fairlead-demo");
      var usual = Demo.Ports.USUAL;
      var ports =
          new Demo.Ports(port, usual.edge(), usual.outgoing(), usual.incoming(), usual.admin());
      Demo demo = Demo.start(this::start, dir, ports);
      life.add(
          LifeCycle.Phase.INCOMING,
          grace -> demo.close(Duration.ZERO).whenComplete((_, _) -> delete(dir)));
      out.println(
          "Two hosts, 127.0.0.2 and 127.0.0.3, with one Fairlead each and the same YAML; services web and users on both.");
      tell(demo, out);
      if (once) {
        life.stop(0, Duration.ofSeconds(5));
      } else {
        out.println();
        out.println("Look at it:   " + demo.url());
        out.println("Ask it:       curl -H 'Host: web' " + demo.edgeUrl());
        out.println(
            "Admin ports:  http://127.0.0.2:"
                + usual.admin()
                + "/ and http://127.0.0.3:"
                + usual.admin()
                + "/");
        out.println("Ctrl-C ends it.");
      }
      new CountDownLatch(1).await();
      return ExitCode.OK;
    } catch (IOException taken) {
      inputs.err().println("fairlead: " + taken.getMessage());
      logs.close(Duration.ofSeconds(1));
      return ExitCode.UNAVAILABLE;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return ExitCode.OK;
    }
  }

  private DemoHost.Running start(String config, Map<String, String> variables) throws IOException {
    var environment = new HashMap<>(inputs.environment());
    environment.putAll(variables);
    Loaded loaded =
        ConfigurationLoader.load(ConfigText.of("demo.yaml", config), Machine.real(environment));
    Configuration configuration = loaded.configuration();
    if (configuration == null || loaded.tree() == null) {
      throw new IOException(loaded.problems().show().strip());
    }
    Proxy proxy = Proxy.start(configuration, SettingJson.of(loaded.tree()).toString(), 1, _ -> {});
    hosts.add(new Host(configuration, proxy));
    return _ -> CompletableFuture.runAsync(proxy::close);
  }

  /** For each service: what explain says, then what a real request did. */
  private void tell(Demo demo, PrintStream out) {
    for (String service : SERVICES) {
      Host first = hosts.getFirst();
      out.println();
      out.println(
          "--- what a request for '" + service + "' would do on host 127.0.0.2 (fairlead explain)");
      out.print(explain(first, service, "outgoing"));
      out.println("--- what really happened");
      demo.tell(service).forEach(out::println);
    }
  }

  private static String explain(Host host, String service, String router) {
    var request = new ExplainRequest("GET", "http://" + service + "/", List.of(), router);
    CompletionStage<Explanation> found = host.proxy().explainer().explain(request);
    return found.toCompletableFuture().join().show();
  }

  private static void delete(Path dir) {
    try (var files = Files.walk(dir)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException left) {
      // A temporary folder that the system will clear.
      return;
    }
  }
}

package fairlead.launcher;

import fairlead.config.ConfigText;
import fairlead.identity.Machine;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.launcher.demo.Demo;
import fairlead.launcher.demo.DemoHost;
import fairlead.launcher.demo.DemoPorts;
import fairlead.server.CannotListenException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** {@code fairlead demo}: the whole path on loopback, told hop by hop. Blocks. */
final class DemoCommand {
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final Inputs inputs;
  private final @Nullable Integer port;
  private final boolean once;

  /**
   * @param port of the page; null for the usual one, or another if that is taken
   * @param once tell the way of one request a service and leave
   */
  DemoCommand(Inputs inputs, @Nullable Integer port, boolean once) {
    this.inputs = inputs;
    this.port = port;
    this.once = once;
  }

  ExitCode run() {
    var environment = new HashMap<>(inputs.environment());
    environment.putIfAbsent("FAIRLEAD_LOG_LEVEL", "WARN");
    Logs logs = Logs.configure(environment, new FileOutputStream(FileDescriptor.err));
    var life = new LifeCycle(DRAIN, () -> logs.close(Duration.ofSeconds(1))).handleSignals();
    try {
      Path dir = Files.createTempDirectory("fairlead-demo");
      life.add(LifeCycle.Phase.ADMIN, _ -> CompletableFuture.runAsync(() -> delete(dir)));
      try {
        return run(life, dir);
      } catch (IOException fault) {
        delete(dir);
        throw fault;
      }
    } catch (CannotListenException taken) {
      inputs.err().println("fairlead demo: " + taken.getMessage() + "; stop what listens there");
    } catch (IOException fault) {
      inputs.err().println("fairlead demo: " + fault.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return ExitCode.OK;
    }
    logs.close(Duration.ofSeconds(1));
    return ExitCode.UNAVAILABLE;
  }

  private ExitCode run(LifeCycle life, Path dir) throws IOException, InterruptedException {
    PrintStream out = inputs.out();
    var ports = new DemoPorts();
    Demo.Ports chosen = ports.choose(wanted(), port != null);
    ports.notes().forEach(out::println);
    Demo demo = Demo.start(this::start, dir, chosen);
    life.add(LifeCycle.Phase.INCOMING, _ -> demo.close(Duration.ZERO));
    out.println(
        "Two hosts, 127.0.0.2 and 127.0.0.3, with one Fairlead each and the same YAML; services "
            + String.join(" and ", demo.services())
            + " on both.");
    for (String service : demo.services()) {
      out.println();
      out.println("The way of a request for '" + service + "':");
      demo.tell(service).forEach(out::println);
    }
    if (once) {
      life.stop(0, DRAIN);
    } else {
      out.println();
      out.println("Look at it:   " + demo.url());
      out.println("Ask it:       curl -H 'Host: web' " + demo.edgeUrl());
      out.println(
          "Admin ports:  http://127.0.0.2:%1$d/ and http://127.0.0.3:%1$d/"
              .formatted(chosen.admin()));
      out.println("Ctrl-C ends it.");
    }
    new CountDownLatch(1).await();
    return ExitCode.OK;
  }

  /** A page port that was asked for is used or refused, never replaced. */
  private Demo.Ports wanted() {
    var usual = Demo.Ports.USUAL;
    return port == null
        ? usual
        : new Demo.Ports(port, usual.edge(), usual.outgoing(), usual.incoming(), usual.admin());
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
    return new Host(Proxy.start(configuration, ShownConfig.of(loaded.tree()), 1, _ -> {}));
  }

  /** One host's proxy. */
  private record Host(Proxy proxy) implements DemoHost.Running {
    @Override
    public String explain(String url, String router) {
      var request = new ExplainRequest("GET", url, List.of(), router);
      return proxy.explainer().explain(request).toCompletableFuture().join().show();
    }

    @Override
    public CompletionStage<?> close(Duration grace) {
      return CompletableFuture.runAsync(proxy::close);
    }
  }

  private static void delete(Path dir) {
    try (var files = Files.walk(dir)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException | UncheckedIOException left) {
      // A temporary folder that the system will clear.
      return;
    }
  }
}

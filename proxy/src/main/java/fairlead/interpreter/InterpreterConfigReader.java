package fairlead.interpreter;

import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.config.Surroundings;
import fairlead.discovery.ConsulAgentReader;
import fairlead.discovery.TransformerConfig;
import fairlead.discovery.TransformerConfigReader;
import fairlead.naming.Path;
import fairlead.retry.RetryReader;
import fairlead.tls.ClientTlsReader;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads {@code interpreter} of a router ({@code spec/routing.md} §9). */
public final class InterpreterConfigReader {
  private static final String DEFAULT_FOLDER = "/namerd/dtabs";

  private InterpreterConfigReader() {}

  /** The interpreter that {@code block} says; the default one when it is absent or faulty. */
  public static InterpreterConfig read(@Nullable Block block, Surroundings around) {
    InterpreterConfig found = block == null ? null : kinds(around).read(block);
    return found == null ? new InterpreterConfig.Default(List.of()) : found;
  }

  private static Kinds<InterpreterConfig> kinds(Surroundings around) {
    Kinds<InterpreterConfig> kinds =
        Kinds.<InterpreterConfig>of("interpreter")
            .built("default", b -> new InterpreterConfig.Default(transformers(b, around)))
            .built("io.l5d.fs", b -> fs(b, around))
            .built("io.l5d.consul.interpreter", b -> consul(b, around))
            .experimental("io.l5d.namerd.http", "io.l5d.k8s.configMap", "io.l5d.k8s.istio");
    notBuilt(kinds, around, "io.l5d.namerd", InterpreterConfigReader::namerd);
    notBuilt(kinds, around, "io.l5d.namerd.http", InterpreterConfigReader::namerdHttp);
    notBuilt(kinds, around, "io.l5d.mesh", InterpreterConfigReader::mesh);
    notBuilt(kinds, around, "io.l5d.k8s.configMap", InterpreterConfigReader::configMap);
    notBuilt(kinds, around, "io.l5d.k8s.istio", InterpreterConfigReader::istio);
    return kinds;
  }

  private static void notBuilt(
      Kinds<InterpreterConfig> kinds, Surroundings around, String kind, Consumer<Block> own) {
    kinds.notBuilt(
        kind,
        b -> {
          transformers(b, around);
          own.accept(b);
        });
  }

  private static List<TransformerConfig> transformers(Block block, Surroundings around) {
    return TransformerConfigReader.read(block, around);
  }

  private static InterpreterConfig fs(Block block, Surroundings around) {
    return new InterpreterConfig.Fs(
        transformers(block, around),
        block.requiredFile("dtabFile", "name the file with the rules"));
  }

  private static InterpreterConfig consul(Block block, Surroundings around) {
    String namespace = block.text("namespace", "default");
    if (!namespace.matches("[A-Za-z0-9_-]+")) {
      block.fault(
          "namespace",
          block.shown("namespace") + " is no namespace; use letters, digits, _ and - only");
    }
    ConsulAgentReader.consistency(block, "writeConsistencyMode");
    var _ = RetryReader.backoff(block, "backoff");
    block.notBuilt("backoff");
    var agent = ConsulAgentReader.read(block, "readConsistencyMode");
    return new InterpreterConfig.Consul(
        transformers(block, around),
        agent,
        block.path("pathPrefix", Path.of("namerd", "dtabs")).isEmpty()
            ? "/"
            : block.text("pathPrefix", DEFAULT_FOLDER).strip(),
        namespace,
        block.text("datacenter"),
        agent.consistency());
  }

  private static void namerd(Block block) {
    destination(block);
    block.text("namespace");
    retry(block, false);
    Block tls = block.block("tls");
    if (tls != null) {
      tls.requiredText("commonName", "write the name to be verified");
      tls.file("caCert");
      tls.end();
    }
    failureThreshold(block);
  }

  private static void namerdHttp(Block block) {
    destination(block);
    block.text("namespace");
    retry(block, false);
    ClientTlsReader.read(block.block("tls"));
  }

  private static void mesh(Block block) {
    destination(block);
    Path root = block.path("root", Path.of("default"));
    if (root.size() != 1) {
      block.fault("root", "'" + root.show() + "' has not exactly one element; write /default");
    }
    retry(block, true);
    ClientTlsReader.read(block.block("tls"));
    failureThreshold(block);
    block.integer("initialStreamWindowSizeKB", 1, Integer.MAX_VALUE / 1024);
  }

  private static void destination(Block block) {
    block.requiredPath("dst", "write where namerd is, such as /$/inet/namerd/4100");
  }

  private static void retry(Block block, boolean bothRequired) {
    Block retry = block.block("retry");
    if (retry == null) {
      return;
    }
    int base = retry.integer("baseSeconds", bothRequired ? 1 : 5, 1, Integer.MAX_VALUE);
    int most = retry.integer("maxSeconds", 600, 1, Integer.MAX_VALUE);
    if (base > most) {
      retry.fault("baseSeconds", base + " is above 'maxSeconds', " + most + "; lower it");
    }
    for (String key : List.of("baseSeconds", "maxSeconds")) {
      if (bothRequired && !retry.has(key)) {
        retry.missing(key, "write seconds");
      }
    }
    retry.end();
  }

  private static void failureThreshold(Block block) {
    Block threshold = block.block("failureThreshold");
    if (threshold != null) {
      threshold.integer("minPeriodMs", 1, Integer.MAX_VALUE);
      threshold.integer("closeTimeoutMs", 1, Integer.MAX_VALUE);
      threshold.end();
    }
  }

  private static void configMap(Block block) {
    block.text("host");
    block.port("port", 8001);
    block.text("namespace");
    block.requiredText("name", "write the config map's name");
    block.requiredText("filename", "write the key inside the config map");
  }

  private static void istio(Block block) {
    for (String of : List.of("k8sApiserver", "discovery", "apiserver")) {
      block.text(of + "Host");
      block.port(of + "Port", 1);
    }
    block.text("envVar");
    block.text("labelSelector");
  }
}

package fairlead.discovery;

import fairlead.config.Block;
import fairlead.config.IpLiteral;
import fairlead.config.Kinds;
import fairlead.config.LookupException;
import fairlead.config.Surroundings;
import fairlead.naming.Path;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code transformers} ({@code spec/routing.md} §10.2). */
public final class TransformerConfigReader {
  private TransformerConfigReader() {}

  /** The transformers of a namer or interpreter, in the order listed. */
  public static List<TransformerConfig> read(Block owner, Surroundings around) {
    Kinds<TransformerConfig> kinds =
        Kinds.<TransformerConfig>of("transformer")
            .built("io.l5d.localhost", b -> new TransformerConfig.Localhost(prefix(b, "localhost")))
            .built(
                "io.l5d.specificHost",
                b -> new TransformerConfig.SpecificHost(prefix(b, "specificHost"), host(b, around)))
            .built("io.l5d.port", TransformerConfigReader::port)
            .built(
                "io.l5d.replace",
                b -> new TransformerConfig.Replace(prefix(b, "replace"), target(b)))
            .built("io.l5d.const", b -> new TransformerConfig.Const(prefix(b, "const"), target(b)))
            .notBuilt(
                "io.l5d.k8s.localnode",
                b -> {
                  prefix(b, "k8s.localnode");
                  b.flag("hostNetwork", false);
                })
            .notBuilt("io.l5d.k8s.daemonset", TransformerConfigReader::daemonset);
    List<TransformerConfig> transformers = new ArrayList<>();
    for (Block block : owner.blocks("transformers")) {
      TransformerConfig transformer = kinds.read(block);
      if (transformer != null) {
        transformers.add(transformer);
      }
    }
    return transformers;
  }

  private static Path prefix(Block block, String kind) {
    return block.path("prefix", Path.of("io.l5d." + kind));
  }

  private static TransformerConfig port(Block block) {
    if (!block.has("port")) {
      block.missing("port", "write the port that every endpoint gets");
    }
    int port = block.port("port", 0);
    if (port == 0 && block.has("port")) {
      block.fault("port", "0 is no port to connect to; use 1 to 65535");
    }
    Path prefix = block.path("prefix", Path.of("io.l5d.port", Integer.toString(port)));
    return new TransformerConfig.Port(prefix, port, block.flag("directWhenDown", false));
  }

  private static Path target(Block block) {
    return block.requiredPath("path", "write the name to bind, such as /$/inet/127.0.0.1/8080");
  }

  /** A literal, a name looked up once, or {@code auto}. */
  private static InetAddress host(Block block, Surroundings around) {
    String host =
        block.requiredText("host", "write auto, an address, or a variable such as $LOCAL_IP");
    InetAddress nobody = InetAddress.getLoopbackAddress();
    if (host.isBlank()) {
      return nobody;
    }
    InetAddress literal = IpLiteral.parse(host);
    if (literal != null) {
      return literal;
    }
    try {
      return host.equals("auto") ? around.host().address() : InetAddress.getByName(host);
    } catch (UnknownHostException _) {
      block.fault(
          "host",
          block.shown("host") + " has no address; write auto, an address, or a name in DNS");
    } catch (LookupException e) {
      block.fault("host", String.valueOf(e.getMessage()), e.details());
    }
    return nobody;
  }

  private static void daemonset(Block block) {
    prefix(block, "k8s.daemonset");
    block.requiredText("namespace", "write the daemon set's namespace");
    block.requiredText("port", "write the name or number of the daemon set's port");
    block.requiredText("service", "write the name of the daemon set's service");
    block.text("k8sHost");
    block.port("k8sPort", 8001);
    block.flag("hostNetwork", false);
  }
}

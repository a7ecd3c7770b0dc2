package fairlead.discovery;

import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.config.Surroundings;
import fairlead.naming.Path;
import fairlead.tls.ClientTlsReader;
import java.util.List;
import java.util.function.Consumer;

/**
 * Namers that Linkerd knows and we have not built: their keys ({@code spec/discovery.md} §5–13).
 */
final class UnbuiltNamers {
  private UnbuiltNamers() {}

  static void addTo(Kinds<NamerConfig> kinds, Surroundings around) {
    add(kinds, around, "io.l5d.dnssrv", UnbuiltNamers::dnssrv);
    add(kinds, around, "io.l5d.serversets", b -> zkAddrs(b, false));
    add(kinds, around, "io.l5d.zkLeader", b -> zkAddrs(b, true));
    add(kinds, around, "io.l5d.curator", UnbuiltNamers::curator);
    add(kinds, around, "io.l5d.marathon", UnbuiltNamers::marathon);
    add(kinds, around, "io.l5d.k8s", UnbuiltNamers::kubernetes);
    add(kinds, around, "io.l5d.k8s.ns", UnbuiltNamers::kubernetesNamespace);
    add(kinds, around, "io.l5d.k8s.external", UnbuiltNamers::kubernetes);
    add(kinds, around, "io.l5d.rancher", UnbuiltNamers::rancher);
    kinds.experimental("io.l5d.dnssrv", "io.l5d.curator", "io.l5d.k8s.external", "io.l5d.rancher");
  }

  private static void add(
      Kinds<NamerConfig> kinds, Surroundings around, String kind, Consumer<Block> own) {
    kinds.notBuilt(
        kind,
        b -> {
          b.path("prefix", Path.of(kind));
          TransformerConfigReader.read(b, around);
          own.accept(b);
        });
  }

  private static void dnssrv(Block block) {
    block.integer("refreshIntervalSeconds", 1, Integer.MAX_VALUE);
    block.texts("dnsHosts");
  }

  private static void zkAddrs(Block block, boolean portRequired) {
    if (!block.has("zkAddrs")) {
      block.missing("zkAddrs", "write a list of {host: …, port: …}");
    }
    List<Block> addresses = block.blocks("zkAddrs");
    for (Block address : addresses) {
      address.requiredText("host", "write the server's name or address");
      if (portRequired && !address.has("port")) {
        address.missing("port", "write the server's port, such as 2181");
      }
      address.port("port", 2181);
      address.end();
    }
  }

  private static void curator(Block block) {
    zkAddrs(block, false);
    block.text("basePath");
  }

  private static void marathon(Block block) {
    block.text("host");
    block.port("port", 80);
    block.path("dst", Path.EMPTY);
    block.text("uriPrefix");
    block.integer("ttlMs", 1, Integer.MAX_VALUE);
    block.integer("jitterMs", 0, Integer.MAX_VALUE);
    block.flag("useHealthCheck", false);
    ClientTlsReader.read(block.block("tls"));
  }

  private static void kubernetes(Block block) {
    block.text("host");
    block.port("port", 8001);
    block.text("labelSelector");
  }

  private static void kubernetesNamespace(Block block) {
    kubernetes(block);
    block.text("envVar");
  }

  private static void rancher(Block block) {
    Block ports = block.block("portMappings");
    if (ports != null) {
      ports.keys().forEach(name -> ports.port(name, 1));
    }
    block.integer("maxWait", 1, Integer.MAX_VALUE);
  }
}

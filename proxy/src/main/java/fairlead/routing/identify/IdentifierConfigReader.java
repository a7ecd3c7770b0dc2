package fairlead.routing.identify;

import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.config.Protocol;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code identifier} of a router ({@code spec/routing.md} §8). */
public final class IdentifierConfigReader {
  private IdentifierConfigReader() {}

  /** The identifiers in the order they are tried; the protocol's own when there is no such key. */
  public static List<IdentifierConfig> read(Block router, Protocol protocol) {
    IdentifierConfig usual =
        new IdentifierConfig.HeaderToken(protocol == Protocol.H2 ? ":authority" : "Host");
    if (!protocol.isHttp() || !router.has("identifier")) {
      return List.of(usual);
    }
    Kinds<IdentifierConfig> kinds = protocol == Protocol.H2 ? h2() : http();
    List<Block> blocks = router.blockOrBlocks("identifier");
    List<IdentifierConfig> identifiers = new ArrayList<>();
    for (Block block : blocks) {
      IdentifierConfig identifier = kinds.read(block);
      identifiers.add(identifier == null ? usual : identifier);
    }
    if (router.isEmptyList("identifier")) {
      router.fault("identifier", "the list is empty; write at least one identifier, or no key");
    }
    return identifiers.isEmpty() ? List.of(usual) : identifiers;
  }

  private static Kinds<IdentifierConfig> http() {
    return Kinds.<IdentifierConfig>of("http identifier")
        .built("io.l5d.header.token", b -> new IdentifierConfig.HeaderToken(header(b, "Host")))
        .built("io.l5d.header", b -> new IdentifierConfig.Header(header(b, "l5d-name")))
        .built(
            "io.l5d.methodAndHost",
            b -> new IdentifierConfig.MethodAndHost(b.flag("httpUriInDst", false)))
        .built(
            "io.l5d.path",
            b ->
                new IdentifierConfig.UriPath(
                    b.integer("segments", 1, 1, Integer.MAX_VALUE), b.flag("consume", false)))
        .built(
            "io.l5d.static",
            b ->
                new IdentifierConfig.Static(b.requiredPath("path", "write the name, such as /web")))
        .notBuilt("io.l5d.ingress", IdentifierConfigReader::ingress)
        .notBuilt("io.l5d.k8s.istio", IdentifierConfigReader::istio)
        .notBuilt("io.l5d.k8s.istio-ingress", IdentifierConfigReader::istioIngress);
  }

  private static Kinds<IdentifierConfig> h2() {
    return Kinds.<IdentifierConfig>of("h2 identifier")
        .built("io.l5d.header.token", b -> new IdentifierConfig.HeaderToken(lowerCase(b)))
        .notBuilt(
            "io.l5d.header.path",
            b -> {
              header(b, ":path");
              b.integer("segments", 1, Integer.MAX_VALUE);
            })
        .notBuilt("io.l5d.ingress", IdentifierConfigReader::ingress)
        .notBuilt("io.l5d.k8s.istio", IdentifierConfigReader::istio)
        .notBuilt("io.l5d.k8s.istio-ingress", IdentifierConfigReader::istioIngress);
  }

  private static String header(Block block, String usual) {
    String name = block.text("header", usual);
    if (!name.matches(":?[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      block.fault(
          "header", block.shown("header") + " is no header name; use letters, digits and hyphens");
    }
    return name;
  }

  private static String lowerCase(Block block) {
    String name = header(block, ":authority");
    if (!name.equals(name.toLowerCase(java.util.Locale.ROOT))) {
      block.fault(
          "header",
          block.shown("header") + " is not in lower case, as in h2 all names are; change it");
    }
    return name;
  }

  private static void ingress(Block block) {
    block.text("host");
    block.port("port", 8001);
    block.text("namespace");
    block.text("ingressClassAnnotation");
    block.flag("ignoreDefaultBackends", false);
  }

  private static void istio(Block block) {
    for (String of : List.of("discovery", "apiserver", "mixer")) {
      block.text(of + "Host");
      block.port(of + "Port", 1);
    }
  }

  private static void istioIngress(Block block) {
    istio(block);
    block.text("host");
    block.port("port", 8001);
    block.text("namespace");
  }
}

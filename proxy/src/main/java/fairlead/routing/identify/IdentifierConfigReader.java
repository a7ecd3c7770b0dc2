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
        protocol == Protocol.H2
            ? new IdentifierConfig.H2HeaderToken(":authority")
            : new IdentifierConfig.HeaderToken("Host");
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
        .built("io.l5d.path", IdentifierConfigReader::uriPath)
        .built("io.l5d.static", IdentifierConfigReader::fixed)
        .notBuilt("io.l5d.ingress", IdentifierConfigReader::ingress)
        .notBuilt("io.l5d.k8s.istio", IdentifierConfigReader::istio)
        .notBuilt("io.l5d.k8s.istio-ingress", IdentifierConfigReader::istioIngress);
  }

  private static Kinds<IdentifierConfig> h2() {
    return Kinds.<IdentifierConfig>of("h2 identifier")
        .built(
            "io.l5d.header.token",
            b -> new IdentifierConfig.H2HeaderToken(lowerCase(b, ":authority")))
        .built(
            "io.l5d.header.path",
            b ->
                new IdentifierConfig.H2HeaderPath(
                    lowerCase(b, ":path"), b.integer("segments", 1, Integer.MAX_VALUE)))
        .built("io.l5d.path", IdentifierConfigReader::uriPath)
        .built("io.l5d.static", IdentifierConfigReader::fixed)
        .notBuilt("io.l5d.ingress", IdentifierConfigReader::ingress)
        .notBuilt("io.l5d.k8s.istio", IdentifierConfigReader::istio)
        .notBuilt("io.l5d.k8s.istio-ingress", IdentifierConfigReader::istioIngress);
  }

  private static IdentifierConfig uriPath(Block block) {
    return new IdentifierConfig.UriPath(
        block.integer("segments", 1, 1, Integer.MAX_VALUE), block.flag("consume", false));
  }

  private static IdentifierConfig fixed(Block block) {
    return new IdentifierConfig.Static(block.requiredPath("path", "write the name, such as /web"));
  }

  private static String header(Block block, String usual) {
    String name = block.text("header", usual);
    if (!name.matches(":?[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      block.fault(
          "header", block.shown("header") + " is no header name; use letters, digits and hyphens");
    }
    return name;
  }

  private static String lowerCase(Block block, String usual) {
    String name = header(block, usual);
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

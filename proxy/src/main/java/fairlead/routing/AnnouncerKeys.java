package fairlead.routing;

import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.naming.Path;

/**
 * Checks {@code announcers} of a router ({@code spec/discovery.md} §15), of which none is built.
 */
final class AnnouncerKeys {
  private static final Kinds<Boolean> KINDS =
      Kinds.<Boolean>of("announcer")
          .notBuilt(
              "io.l5d.serversets",
              b -> {
                b.path("prefix", Path.EMPTY);
                b.path("pathPrefix", Path.EMPTY);
                if (!b.has("zkAddrs")) {
                  b.missing("zkAddrs", "write a list of {host: …, port: …}");
                }
                b.blocks("zkAddrs").forEach(AnnouncerKeys::address);
              });

  private AnnouncerKeys() {}

  static void check(Block router) {
    router.blocks("announcers").forEach(KINDS::read);
  }

  private static void address(Block address) {
    address.requiredText("host", "write the server's name or address");
    if (!address.has("port")) {
      address.missing("port", "write the server's port, such as 2181");
    }
    address.port("port", 1);
    address.end();
  }
}

package fairlead.launcher;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.admin.AdminPage;
import fairlead.admin.AdminResponse;
import fairlead.naming.Path;
import fairlead.routing.HttpRouter;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process that shares its ports tells the next one: which they are, and which names it was
 * asked for (decision 24).
 */
final class Sharing {
  static final Logger LOG = LoggerFactory.getLogger(Sharing.class);

  /** Where the admin port tells it. */
  static final String PATH = "/admin/sharing.json";

  private Sharing() {}

  /** As the page writes an address. */
  static String show(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /**
   * The page.
   *
   * @param routers by label
   * @param ports those of all listeners right now
   */
  static AdminPage page(
      Supplier<Map<String, HttpRouter>> routers, Supplier<List<InetSocketAddress>> ports) {
    return request -> {
      String asking = request.param("pid");
      if (asking != null) {
        LOG.info("process {} is about to take the ports over", asking.replaceAll("[^0-9]", ""));
      }
      ObjectNode told = JsonNodeFactory.instance.objectNode();
      told.put("pid", ProcessHandle.current().pid()).put("version", Version.text());
      var all = told.putArray("ports");
      ports.get().forEach(port -> all.add(show(port)));
      var names = told.putObject("names");
      CompletionStage<?> found = CompletableFuture.completedStage(null);
      for (var router : routers.get().entrySet()) {
        found =
            found.thenCombine(
                router.getValue().names(),
                (_, some) -> {
                  var list = names.putArray(router.getKey());
                  some.stream().map(Path::show).forEach(list::add);
                  return some;
                });
      }
      return found.thenApply(_ -> AdminResponse.json(told));
    };
  }
}

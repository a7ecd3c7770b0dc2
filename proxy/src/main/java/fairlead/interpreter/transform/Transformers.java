package fairlead.interpreter.transform;

import fairlead.activity.Activity;
import fairlead.discovery.TransformerConfig;
import fairlead.naming.Bound;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The transformers of an interpreter or a namer, the first listed applied first. Inside the control
 * plane's executor only.
 */
public final class Transformers {
  /** Bound names stay as they are. */
  public static final Transformers NONE = new Transformers(List.of());

  private final List<Transformer> list;

  private Transformers(List<Transformer> list) {
    this.list = List.copyOf(list);
  }

  /**
   * The transformers so configured.
   *
   * @param bind binds a path without any dtab
   * @param local the addresses of this machine
   */
  public static Transformers of(
      List<TransformerConfig> configs,
      Function<Path, Activity<NameTree<Bound>>> bind,
      Set<InetAddress> local) {
    return new Transformers(configs.stream().map(config -> one(config, bind, local)).toList());
  }

  private static Transformer one(
      TransformerConfig config,
      Function<Path, Activity<NameTree<Bound>>> bind,
      Set<InetAddress> local) {
    Path prefix = Path.of("%").concat(config.prefix());
    return switch (config) {
      case TransformerConfig.Localhost _ ->
          new Transformer.ByAddress("io.l5d.localhost", prefix, Addresses.onlyOn(local));
      case TransformerConfig.SpecificHost(var _, var host) ->
          new Transformer.ByAddress("io.l5d.specificHost", prefix, Addresses.onlyOn(Set.of(host)));
      case TransformerConfig.Port(var _, var port, var direct) ->
          new Transformer.ByAddress("io.l5d.port", prefix, Addresses.onPort(port, direct));
      case TransformerConfig.Replace(var _, var path) ->
          new Transformer.Replacing("io.l5d.replace", prefix, false, path, bind.apply(path));
      case TransformerConfig.Const(var _, var path) ->
          new Transformer.Replacing("io.l5d.const", prefix, true, path, bind.apply(path));
    };
  }

  /** In the order they are applied. */
  public List<Transformer> list() {
    return list;
  }

  /** What becomes of a bound tree. */
  public Activity<NameTree<Bound>> apply(Activity<NameTree<Bound>> tree) {
    Activity<NameTree<Bound>> result = tree;
    for (Transformer transformer : list) {
      result = transformer.apply(result);
    }
    return result;
  }
}

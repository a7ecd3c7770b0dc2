package fairlead.interpreter;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.discovery.Namer;
import fairlead.discovery.TransformerConfig;
import fairlead.interpreter.transform.Transformers;
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.NameTree.Neg;
import fairlead.naming.Path;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The namers of the process: the configured ones under {@code /#}, with their transformers, and the
 * utility namers under {@code /$} ({@code spec/routing.md} §4.2, steps 5 and 6). Inside the control
 * plane's executor only.
 */
public final class Namers {
  private final List<ConfiguredNamer> latestFirst;
  private final Namer utility;
  private final Set<InetAddress> local;

  /**
   * Namers so configured.
   *
   * @param configured in the order written; later ones are asked first
   * @param utility answers paths under {@code /$}, without that element
   * @param local the addresses of this machine, for {@code io.l5d.localhost}
   */
  public static Namers of(List<ConfiguredNamer> configured, Namer utility, Set<InetAddress> local) {
    // Names that a namer's own const or replace leads to are found by the bare namers: through the
    // transformed ones such a namer could lead to itself without end.
    var bare = new Namers(configured, utility, local);
    return new Namers(configured.stream().map(bare::transformed).toList(), utility, local);
  }

  private Namers(List<ConfiguredNamer> configured, Namer utility, Set<InetAddress> local) {
    this.latestFirst = configured.reversed();
    this.utility = utility;
    this.local = Set.copyOf(local);
  }

  private ConfiguredNamer transformed(ConfiguredNamer namer) {
    return namer.transformers().isEmpty()
        ? namer
        : new ConfiguredNamer(
            namer.prefix(),
            new TransformingNamer(namer.namer(), transformers(namer.transformers())));
  }

  /** These transformers; the paths that they name are bound without dtab. */
  Transformers transformers(List<TransformerConfig> configs) {
    return Transformers.of(configs, this::bind, local);
  }

  /** The tree that {@code path} is bound to without any dtab. */
  Activity<NameTree<Bound>> bind(Path path) {
    return Binding.of(Dtab.EMPTY, this, path);
  }

  /** What the first namer that does not say {@link Neg} says of {@code path}. */
  Activity<NameTree<Name>> lookup(Path path) {
    return ask(
        latestFirst.stream().filter(namer -> path.startsWith(namer.fullPrefix())).toList(), path);
  }

  private Activity<NameTree<Name>> ask(List<ConfiguredNamer> namers, Path path) {
    if (namers.isEmpty()) {
      return path.startsWith(Path.of("$"))
          ? utility.lookup(path.drop(1))
          : Activity.ok(new Neg<>());
    }
    ConfiguredNamer first = namers.getFirst();
    return first
        .namer()
        .lookup(path.drop(first.fullPrefix().size()))
        .flatMap(
            tree ->
                tree.simplified() instanceof Neg<Name>(var doubt)
                    ? ask(namers.subList(1, namers.size()), path).map(next -> inDoubt(next, doubt))
                    : Activity.ok(tree));
  }

  /** A later namer's certain "no" does not settle what an earlier one could not say. */
  private static NameTree<Name> inDoubt(NameTree<Name> tree, String doubt) {
    return tree instanceof Neg<Name>(var own) && own.isEmpty() ? new Neg<>(doubt) : tree;
  }

  /** Every id that namers know of, the first configured first. */
  public Activity<List<Path>> boundNames() {
    var parts = latestFirst.reversed().stream().map(namer -> namer.namer().boundNames()).toList();
    return Activity.all(parts).flatMap(Namers::joined);
  }

  private static Activity<List<Path>> joined(List<State<List<Path>>> states) {
    var names = new ArrayList<Path>();
    for (var state : states) {
      switch (state) {
        case State.Ok<List<Path>>(var some) -> names.addAll(some);
        case State.Pending<List<Path>> _ -> {
          return Activity.pending();
        }
        case State.Failed<List<Path>> _ -> {}
      }
    }
    return Activity.ok(List.copyOf(names));
  }
}

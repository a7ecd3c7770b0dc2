package fairlead.discovery;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.activity.Variable;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Endpoint;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A namer that knows what a test told it; every other name is negative. */
public final class ScriptedNamer implements Namer {
  private final Path fullPrefix;
  private final int idElements;
  private final Map<Path, Variable<NameTree<Name>>> names = new HashMap<>();
  private final Map<Path, State<NameTree<Name>>> script = new HashMap<>();

  /**
   * @param fullPrefix as in {@code /#/io.l5d.fs}
   * @param idElements how many elements after the prefix a name uses; the rest is residual
   */
  public ScriptedNamer(String fullPrefix, int idElements) {
    this.fullPrefix = Paths.parse(fullPrefix);
    this.idElements = idElements;
  }

  /** What follows {@code /#}. */
  public Path prefix() {
    return fullPrefix.drop(1);
  }

  /** From now on {@code name}, one of {@code idElements} elements, has these endpoints. */
  public ScriptedNamer bind(String name, String... hostsAndPorts) {
    Path id = fullPrefix.concat(Paths.parse(name));
    Addr addr =
        new Addr.Live(
            Stream.of(hostsAndPorts).map(ScriptedNamer::endpoint).collect(Collectors.toSet()));
    return answer(
        name, new State.Ok<>(new NameTree.Leaf<>(new Bound(id, Activity.ok(addr), Path.EMPTY))));
  }

  /** From now on {@code name} has this state. */
  public ScriptedNamer answer(String name, State<NameTree<Name>> state) {
    Path path = Paths.parse(name);
    script.put(path, state);
    Variable<NameTree<Name>> variable = names.get(path);
    if (variable != null) {
      variable.set(state);
    }
    return this;
  }

  /** From now on {@code name} is negative. */
  public ScriptedNamer neg(String name) {
    return answer(name, new State.Ok<>(new NameTree.Neg<>()));
  }

  /** Names that somebody observes. */
  public List<String> observed() {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().running())
        .map(entry -> entry.getKey().show())
        .sorted()
        .toList();
  }

  @Override
  public Activity<NameTree<Name>> lookup(Path path) {
    Path name = path.take(idElements);
    Path residual = path.drop(idElements);
    var variable = names.computeIfAbsent(name, _ -> new Variable<>());
    Activity<NameTree<Name>> now =
        observer -> {
          var watch = variable.activity().observe(observer);
          variable.set(script.getOrDefault(name, new State.Ok<>(new NameTree.Neg<>())));
          return watch;
        };
    return now.map(tree -> tree.map(leaf -> withResidual(leaf, residual)));
  }

  private static Name withResidual(Name name, Path residual) {
    return switch (name) {
      case Path path -> path.concat(residual);
      case Bound(var id, var addr, var _) -> new Bound(id, addr, residual);
    };
  }

  /** {@code 10.0.0.1:80}. */
  public static Endpoint endpoint(String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    return new Endpoint(
        new InetSocketAddress(
            InetAddress.ofLiteral(hostAndPort.substring(0, colon)),
            Integer.parseInt(hostAndPort.substring(colon + 1))));
  }
}

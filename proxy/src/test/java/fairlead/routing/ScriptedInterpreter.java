package fairlead.routing;

import fairlead.activity.Activity;
import fairlead.activity.SerialExecutor;
import fairlead.activity.State;
import fairlead.interpreter.Interpreter;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.Endpoint;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Names are bound to what the test says, when it says so. */
final class ScriptedInterpreter implements Interpreter {
  private final SerialExecutor control;
  private final Map<Path, Script<NameTree<Bound>>> names = new HashMap<>();

  /** The dtabs that names were bound with; control plane only. */
  final List<Dtab> asked = new ArrayList<>();

  ScriptedInterpreter(SerialExecutor control) {
    this.control = control;
  }

  /** A value that the test sets from any thread. */
  static final class Script<T> implements Activity<T> {
    private final SerialExecutor control;
    private final List<Consumer<? super State<T>>> observers = new ArrayList<>();
    private State<T> state = new State.Pending<>();

    Script(SerialExecutor control) {
      this.control = control;
    }

    void set(State<T> next) {
      control.execute(
          () -> {
            state = next;
            List.copyOf(observers).forEach(o -> o.accept(next));
          });
    }

    void set(T value) {
      set(new State.Ok<>(value));
    }

    @Override
    public fairlead.activity.Watch observe(Consumer<? super State<T>> observer) {
      observers.add(observer);
      observer.accept(state);
      return () -> observers.remove(observer);
    }
  }

  @Override
  public Activity<NameTree<Bound>> bind(Dtab dtab, Path path) {
    asked.add(dtab);
    var known = names.get(path);
    return known == null ? Activity.ok(new NameTree.Neg<>()) : known;
  }

  /** The name {@code /svc/host}, pending until it is set. */
  Script<NameTree<Bound>> name(String host) {
    var script = new Script<NameTree<Bound>>(control);
    control.execute(() -> names.put(Path.of("svc", host), script));
    return script;
  }

  /** Binds {@code /svc/host} to {@code /#/test/host} with these endpoints. */
  void bind(String host, InetSocketAddress... addresses) {
    name(host).set(leaf(host, addresses));
  }

  static NameTree<Bound> leaf(String host, InetSocketAddress... addresses) {
    return new NameTree.Leaf<>(
        new Bound(Path.of("#", "test", host), Activity.ok(live(addresses)), Path.EMPTY));
  }

  static Addr live(InetSocketAddress... addresses) {
    return new Addr.Live(
        Set.copyOf(java.util.stream.Stream.of(addresses).map(Endpoint::new).toList()));
  }
}

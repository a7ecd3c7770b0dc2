package fairlead.interpreter;

import fairlead.activity.FakeSerialExecutor;
import fairlead.activity.Seen;
import fairlead.discovery.ScriptedNamer;
import fairlead.discovery.TransformerConfig;
import fairlead.discovery.inet.InetHosts;
import fairlead.discovery.inet.ScriptedResolver;
import fairlead.discovery.utility.UtilityNamer;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Dtabs;
import fairlead.naming.Endpoint;
import fairlead.naming.NameTree;
import fairlead.naming.NameTrees;
import fairlead.naming.Paths;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Scripted namers under the usual prefixes, and interpreters over them. */
final class Mesh {
  final FakeSerialExecutor control = new FakeSerialExecutor();
  final ScriptedResolver resolver = new ScriptedResolver();
  final ScriptedNamer consul = new ScriptedNamer("/#/io.l5d.consul", 2);
  final ScriptedNamer fs = new ScriptedNamer("/#/io.l5d.fs", 1);
  final ScriptedNamer other = new ScriptedNamer("/#/other", 1);
  final UtilityNamer utility =
      new UtilityNamer(new InetHosts(control, (_, work) -> work.run(), resolver));

  Namers namers(List<TransformerConfig> ofConsul) {
    return Namers.of(
        List.of(
            new ConfiguredNamer(consul.prefix(), ofConsul, consul),
            new ConfiguredNamer(fs.prefix(), fs)),
        utility,
        Set.of(InetAddress.ofLiteral("10.0.0.5"), InetAddress.ofLiteral("fd00::5")));
  }

  DtabInterpreter interpreter(TransformerConfig... transformers) {
    return new DtabInterpreter(namers(List.of()), List.of(transformers));
  }

  Seen<NameTree<Bound>> observe(Interpreter interpreter, String dtab, String path) {
    var seen = Seen.of(interpreter.bind(Dtabs.parse(dtab), Paths.parse(path)));
    control.runUntilIdle();
    return seen;
  }

  Seen<NameTree<Bound>> observe(String dtab, String path) {
    return observe(interpreter(), dtab, path);
  }

  /** The tree by id and residual. */
  String bind(String dtab, String path) {
    try (var seen = observe(dtab, path)) {
      return show(seen);
    }
  }

  static String show(Seen<NameTree<Bound>> seen) {
    return NameTrees.show(seen.value(), Bound::toString);
  }

  /** The endpoints behind the only leaf, or the text of a tree that has none. */
  List<String> endpoints(Seen<NameTree<Bound>> seen) {
    if (!(seen.value() instanceof NameTree.Leaf<Bound>(var bound))) {
      return List.of(show(seen));
    }
    try (var addr = Seen.of(bound.addr())) {
      control.runUntilIdle();
      return switch (addr.value()) {
        case Addr.Neg _ -> List.of("neg");
        case Addr.Live live ->
            live.endpoints().stream()
                .collect(Collectors.toMap(Endpoint::show, e -> e, (a, _) -> a, TreeMap::new))
                .values()
                .stream()
                .map(Endpoint::toString)
                .toList();
      };
    }
  }
}

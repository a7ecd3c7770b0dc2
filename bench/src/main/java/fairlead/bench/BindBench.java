package fairlead.bench;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.discovery.Namer;
import fairlead.interpreter.ConfiguredNamer;
import fairlead.interpreter.DtabInterpreter;
import fairlead.interpreter.Namers;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.Dtabs;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.NameTree.Leaf;
import fairlead.naming.NameTree.Neg;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.infra.Blackhole;

/** A name bound through a dtab with an override, a fall-back and a split, over a known address. */
@org.openjdk.jmh.annotations.State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BindBench {
  private static final Path CONSUL = Paths.parse("/io.l5d.consul");
  private static final Dtab DTAB =
      Dtabs.parse(
          """
          /consul => /#/io.l5d.consul/dc1 ;
          /svc    => /consul ;
          /svc/*/admin => /consul/admin ;
          /svc/web => 9 * /consul/web & 1 * /consul/web-canary | /consul/web-old ;
          """);

  private final DtabInterpreter interpreter =
      new DtabInterpreter(
          Namers.of(
              List.of(new ConfiguredNamer(CONSUL, new AllKnown())), new NoUtility(), Set.of()),
          List.of());
  private final Path web = Paths.parse("/svc/web");
  private final Path api = Paths.parse("/svc/api/v1");

  @Benchmark
  public void oneStep(Blackhole sink) {
    bind(api, sink);
  }

  @Benchmark
  public void split(Blackhole sink) {
    bind(web, sink);
  }

  private void bind(Path path, Blackhole sink) {
    interpreter.bind(DTAB, path).observe(sink::consume).close();
  }

  /** Knows every service: data centre, name, and a residual. */
  private static final class AllKnown implements Namer {
    private static final Activity<Addr> NOWHERE = Activity.ok(new Addr.Live(Set.of()));

    @Override
    public Activity<NameTree<Name>> lookup(Path path) {
      if (path.size() < 2) {
        return Activity.ok(new Neg<>());
      }
      Path id = Path.of("#").concat(CONSUL).concat(path.take(2));
      return Activity.constant(new State.Ok<>(new Leaf<>(new Bound(id, NOWHERE, path.drop(2)))));
    }
  }

  private static final class NoUtility implements Namer {
    @Override
    public Activity<NameTree<Name>> lookup(Path path) {
      return Activity.ok(new Neg<>());
    }
  }
}

package fairlead.discovery.fs;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.discovery.Namer;
import fairlead.discovery.NamerConfig;
import fairlead.discovery.fs.Look.Looked;
import fairlead.discovery.fs.ServiceWalk.Place;
import fairlead.discovery.inet.HostResolver;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Kind {@code io.l5d.fs}: a file a service, a line an endpoint ({@code spec/discovery.md} §2).
 * Inside the control plane's executor only.
 */
public final class FsNamer implements Namer {
  private final Path fullPrefix;
  private final java.nio.file.Path root;
  private final FileWatches watches;
  private final HostResolver resolver;

  /** One for each file that was ever found, so that all who use it share one watch. */
  private final Map<Path, Activity<Addr>> sets = new HashMap<>();

  private final FsState known;

  public FsNamer(
      NamerConfig.Fs config, FileWatches watches, HostResolver resolver, InstantSource clock) {
    this.fullPrefix = Path.of("#").concat(config.prefix());
    this.root = config.rootDir().toAbsolutePath();
    this.watches = watches;
    this.resolver = resolver;
    this.known = new FsState(clock);
  }

  @Override
  public Activity<NameTree<Name>> lookup(Path path) {
    return watches
        .watch(root, () -> new ServiceWalk(root, path.elements()))
        .map(place -> tree(path, place));
  }

  private NameTree<Name> tree(Path path, Place place) {
    return switch (place) {
      case Place.Nowhere _ -> new NameTree.Neg<>();
      case Place.Found(var file, int used) -> {
        Path id = fullPrefix.concat(path.take(used));
        Activity<Addr> set = sets.computeIfAbsent(id, _ -> set(id, file));
        yield new NameTree.Leaf<>(new Bound(id, set, path.drop(used)));
      }
    };
  }

  private Activity<Addr> set(Path id, java.nio.file.Path file) {
    Activity<Addr> watched =
        watches.watch(TextReader.home(file), () -> new EndpointReader(file, resolver));
    return Activity.shared(
        sink -> {
          known.started();
          var watch =
              watched.observe(
                  state -> {
                    known.updated(id, state);
                    sink.accept(state);
                  });
          return () -> {
            known.stopped();
            watch.close();
          };
        });
  }

  @Override
  public Activity<List<Path>> boundNames() {
    return watches.watch(root, () -> (Look<List<Path>>) this::names);
  }

  /** Names with a leading dot are those of editors and of volumes that swap links. */
  private Looked<List<Path>> names() {
    State<List<Path>> state;
    try (Stream<java.nio.file.Path> entries = Files.list(root)) {
      state =
          new State.Ok<>(
              entries
                  .map(entry -> String.valueOf(entry.getFileName()))
                  .filter(name -> !name.startsWith("."))
                  .sorted()
                  .map(name -> fullPrefix.concat(Path.utf8(name)))
                  .toList());
    } catch (IOException e) {
      state = new State.Failed<>(root + ": cannot be listed: " + e);
    }
    return new Looked<>(state, Set.of(Entry.everyOf(root)));
  }

  @Override
  public Map<String, Object> adminState() {
    return known.json();
  }
}

package fairlead.discovery.fs;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.FakeSerialExecutor;
import fairlead.activity.Seen;
import fairlead.activity.State;
import fairlead.discovery.NamerConfig;
import fairlead.discovery.inet.HostResolver;
import fairlead.discovery.inet.SystemHostResolver;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Endpoint;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.NameTrees;
import fairlead.naming.Paths;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** spec/discovery.md §2; here changes are found by looking every second. */
class FsNamerTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path top;

  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private Path root = Path.of("");
  private FsNamer namer = namer();

  @BeforeEach
  void fill() throws IOException {
    root = Files.createDirectories(top.resolve("disco"));
    namer = namer();
    write("web", "10.0.0.1 8080\n");
    Files.createDirectories(root.resolve("sub"));
    write("sub/deep", "10.0.0.9 1\n");
    Files.writeString(top.resolve("secret"), "10.6.6.6 6\n");
  }

  private FsNamer namer() {
    return new FsNamer(
        new NamerConfig.Fs(Paths.parse("/io.l5d.fs"), List.of(), root),
        new FileWatches(control, (_, work) -> work.run(), DirectoryEvents.NONE),
        new SystemHostResolver(),
        InstantSource.fixed(Instant.parse("2026-11-23T20:12:00Z")));
  }

  @ParameterizedTest
  @CsvSource({
    "/web, /#/io.l5d.fs/web",
    "/web/v1/x, /#/io.l5d.fs/web + /v1/x",
    "/sub/deep/x, /#/io.l5d.fs/sub/deep + /x",
    "/sub, ~",
    "/nobody, ~",
    "/sub/nobody, ~",
    "/, ~",
    "/../secret, ~",
    "/sub/../web, ~",
    "/./web, ~",
    "/\\x2e\\x2e\\x2fsecret, ~",
    "/sub\\x2fdeep, ~",
    "/web\\x00, ~",
  })
  void findsTheFileThatANameLeadsTo(String path, String tree) {
    assertThat(show(lookup(path))).isEqualTo(tree);
  }

  @Test
  void aFileIsAnEndpointSet() {
    assertThat(endpoints(set("/web"))).containsExactly("10.0.0.1:8080");
  }

  @Test
  void aNameComesAndGoesWithItsFile() throws IOException {
    var seen = lookup("/new");
    assertThat(show(seen)).isEqualTo("~");

    write("new", "10.0.0.2 80\n");
    control.advance(SECOND);
    assertThat(show(seen)).isEqualTo("/#/io.l5d.fs/new");

    Files.delete(root.resolve("new"));
    control.advance(SECOND);
    assertThat(show(seen)).isEqualTo("~");

    write("new", "10.0.0.3 80\n");
    control.advance(SECOND);
    assertThat(show(seen)).isEqualTo("/#/io.l5d.fs/new");
    assertThat(endpoints(set("/new"))).containsExactly("10.0.0.3:80");
  }

  @Test
  void seesAFileWrittenInPlace() throws IOException {
    var seen = set("/web");

    write("web", "10.0.0.7 8080\n10.0.0.8 8080\n");
    control.advance(SECOND);

    assertThat(endpoints(seen)).containsExactly("10.0.0.7:8080", "10.0.0.8:8080");
  }

  @Test
  void seesAFileReplacedByARename() throws IOException {
    var seen = set("/web");

    Files.writeString(root.resolve(".web.tmp"), "10.0.0.2 8080\n");
    Files.move(root.resolve(".web.tmp"), root.resolve("web"), StandardCopyOption.ATOMIC_MOVE);
    control.advance(SECOND);

    assertThat(endpoints(seen)).containsExactly("10.0.0.2:8080");
  }

  @Test
  void seesASymbolicLinkSwapped() throws IOException {
    Path first = Files.writeString(top.resolve("first"), "10.0.1.1 80\n");
    Path second = Files.writeString(top.resolve("second"), "10.0.1.2 80\n");
    Files.createSymbolicLink(root.resolve("linked"), first);
    var seen = set("/linked");
    assertThat(endpoints(seen)).containsExactly("10.0.1.1:80");

    swap("linked", second);
    control.advance(SECOND);

    assertThat(endpoints(seen)).containsExactly("10.0.1.2:80");
  }

  @Test
  void seesTheDirectoryBehindALinkSwappedAsKubernetesDoes() throws IOException {
    for (String version : List.of("1", "2")) {
      Files.createDirectories(root.resolve("..v" + version));
      write("..v" + version + "/mounted", "10.0.2." + version + " 80\n");
    }
    Files.createSymbolicLink(root.resolve("..data"), Path.of("..v1"));
    Files.createSymbolicLink(root.resolve("mounted"), Path.of("..data/mounted"));
    var seen = set("/mounted");
    assertThat(endpoints(seen)).containsExactly("10.0.2.1:80");

    swap("..data", Path.of("..v2"));
    control.advance(SECOND);

    assertThat(endpoints(seen)).containsExactly("10.0.2.2:80");
    assertThat(names()).doesNotContain("/#/io.l5d.fs/..data");
  }

  @Test
  void seesTheRootItselfSwappedBehindALink() throws IOException {
    Path next = Files.createDirectories(top.resolve("next"));
    Files.writeString(next.resolve("web"), "10.0.0.7 8080\n");
    Path link = Files.createSymbolicLink(top.resolve("current"), root);
    root = link;
    namer = namer();
    var seen = set("/web");
    assertThat(endpoints(seen)).containsExactly("10.0.0.1:8080");

    Files.createSymbolicLink(top.resolve("new"), next);
    Files.move(top.resolve("new"), link, StandardCopyOption.ATOMIC_MOVE);
    control.advance(SECOND);

    assertThat(endpoints(seen)).containsExactly("10.0.0.7:8080");
  }

  @Test
  void hostNamesAreResolvedOffTheVirtualThreadThatLooks() throws IOException {
    write("named", "db.example 5432\n");
    var threads = new CopyOnWriteArrayList<String>();
    HostResolver resolver =
        host -> {
          var thread = Thread.currentThread();
          threads.add(thread.isVirtual() + " " + thread.getName());
          return new HostResolver.Answer.Found(List.of(InetAddress.ofLiteral("10.1.0.1")));
        };

    var read = new EndpointReader(root.resolve("named"), resolver).look();

    assertThat(read.state()).isInstanceOf(State.Ok.class);
    assertThat(threads).containsExactly("false blocking-dns-db.example");
  }

  @Test
  void aLiteralAddressNeedsNoResolver() throws IOException {
    write("literal", "10.1.0.7 80\n");
    HostResolver none =
        host -> {
          throw new IllegalStateException(host);
        };

    var read = new EndpointReader(root.resolve("literal"), none).look();

    assertThat(read.state().toString()).contains("10.1.0.7");
  }

  @Test
  void aBadLineFailsTheSetAndAMendedOneHeals() throws IOException {
    var seen = set("/web");

    write("web", "10.0.0.1\n");
    control.advance(SECOND);
    assertThat(seen.last()).isInstanceOf(State.Failed.class);

    write("web", "10.0.0.1 81\n");
    control.advance(SECOND);
    assertThat(endpoints(seen)).containsExactly("10.0.0.1:81");
  }

  @Test
  void anEmptyFileIsALeafWithoutEndpoints() throws IOException {
    write("web", "");

    assertThat(show(lookup("/web"))).isEqualTo("/#/io.l5d.fs/web");
    assertThat(endpoints(set("/web"))).isEmpty();
  }

  @Test
  void aFileOfMoreThan500KilobytesFails() throws IOException {
    write("web", "#".repeat(TextReader.MAX_BYTES + 1));

    assertThat(set("/web").last())
        .isEqualTo(new State.Failed<>(root.resolve("web") + ": larger than 500 KB"));
  }

  @Test
  void looksNoMoreWhenNobodyObserves() {
    var name = lookup("/web");
    var set = set("/web");

    name.close();
    set.close();

    assertThat(control.timers()).isZero();
  }

  @Test
  void listsOneNameForEachEntry() throws IOException {
    write(".hidden", "");

    assertThat(names()).containsExactly("/#/io.l5d.fs/sub", "/#/io.l5d.fs/web");
  }

  @Test
  void tellsWhatItKnowsSinceWhen() {
    var seen = set("/web");
    String now = "2026-11-23 20:12:00 +0000";
    assertThat(namer.adminState())
        .hasToString(
            "{events={lastEventName=/#/io.l5d.fs/web, lastEventAt=NOW}, state={running=true,"
                    .replace("NOW", now)
                + " lastStartedAt=NOW, lastUpdatedAt=NOW, value={/#/io.l5d.fs/web=[10.0.0.1:8080]}}}"
                    .replace("NOW", now));

    seen.close();

    assertThat(namer.adminState().toString()).contains("running=false", "lastStoppedAt=" + now);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(root.resolve(name), text);
  }

  private void swap(String link, Path target) throws IOException {
    Path next = Files.createSymbolicLink(root.resolve(".next"), target);
    Files.move(next, root.resolve(link), StandardCopyOption.ATOMIC_MOVE);
  }

  private Seen<NameTree<Name>> lookup(String path) {
    var seen = Seen.of(namer.lookup(Paths.parse(path)));
    control.runUntilIdle();
    return seen;
  }

  private Seen<Addr> set(String path) {
    try (var tree = lookup(path)) {
      assertThat(tree.value()).isInstanceOf(NameTree.Leaf.class);
      var leaf = (NameTree.Leaf<Name>) tree.value();
      var seen = Seen.of(((Bound) leaf.value()).addr());
      control.runUntilIdle();
      return seen;
    }
  }

  private List<String> names() {
    try (var seen = Seen.of(namer.boundNames())) {
      control.runUntilIdle();
      return seen.value().stream().map(fairlead.naming.Path::show).toList();
    }
  }

  private static String show(Seen<NameTree<Name>> seen) {
    return NameTrees.show(seen.value(), Name::toString);
  }

  private static List<String> endpoints(Seen<Addr> seen) {
    return seen.value() instanceof Addr.Live live
        ? live.endpoints().stream().map(Endpoint::show).sorted().toList()
        : List.of("neg");
  }
}

package fairlead.interpreter.fs;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.FakeSerialExecutor;
import fairlead.activity.Seen;
import fairlead.activity.State;
import fairlead.discovery.fs.DirectoryEvents;
import fairlead.discovery.fs.FileWatches;
import fairlead.discovery.inet.InetHosts;
import fairlead.discovery.inet.ScriptedResolver;
import fairlead.discovery.utility.UtilityNamer;
import fairlead.interpreter.Delegation;
import fairlead.interpreter.DtabInterpreter;
import fairlead.interpreter.InterpreterConfig;
import fairlead.interpreter.Namers;
import fairlead.naming.Bound;
import fairlead.naming.Dtabs;
import fairlead.naming.NameTree;
import fairlead.naming.NameTrees;
import fairlead.naming.Paths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** spec/routing.md §9.2. */
class FsInterpreterTest {
  @TempDir Path directory;

  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private Path file = Path.of("dtab");
  private FsInterpreter interpreter = interpreter();

  @BeforeEach
  void open() {
    file = directory.resolve("dtab");
    interpreter = interpreter();
  }

  private FsInterpreter interpreter() {
    var hosts = new InetHosts(control, (_, work) -> work.run(), new ScriptedResolver());
    var namers = Namers.of(List.of(), new UtilityNamer(hosts), Set.of());
    return new FsInterpreter(
        new InterpreterConfig.Fs(List.of(), file),
        new FileWatches(control, (_, work) -> work.run(), DirectoryEvents.NONE),
        InstantSource.fixed(Instant.parse("2026-11-23T20:12:00Z")),
        new DtabInterpreter(namers, List.of()));
  }

  @Test
  void theFilesRulesComeBeforeTheRouters() throws IOException {
    Files.writeString(file, "/svc => /$/inet/10.0.0.1/80 ; /x => /$/inet/10.0.0.1/81");

    assertThat(show(bind("/svc => /$/inet/10.0.0.2/80", "/svc"))).isEqualTo("/$/inet/10.0.0.2/80");
    assertThat(show(bind("/svc => /$/inet/10.0.0.2/80", "/x"))).isEqualTo("/$/inet/10.0.0.1/81");
  }

  @Test
  void followsTheFile() throws IOException {
    Files.writeString(file, "/svc => /$/inet/10.0.0.1/80");
    var seen = bind("", "/svc");

    Files.writeString(file, "/svc => /$/inet/10.0.0.1/8080");
    control.advance(Duration.ofSeconds(1));

    assertThat(show(seen)).isEqualTo("/$/inet/10.0.0.1/8080");
  }

  @Test
  void whileTheFileIsMissingNewNamesArePendingAndOldOnesGoOn() throws IOException {
    var early = bind("", "/svc");
    assertThat(early.last()).isEqualTo(new State.Pending<>());
    Files.writeString(file, "/svc => /$/inet/10.0.0.1/80");
    control.advance(Duration.ofSeconds(1));
    assertThat(show(early)).isEqualTo("/$/inet/10.0.0.1/80");

    Files.delete(file);
    control.advance(Duration.ofSeconds(1));

    assertThat(show(early)).isEqualTo("/$/inet/10.0.0.1/80");
    assertThat(bind("", "/svc").last()).isEqualTo(new State.Pending<>());
  }

  @Test
  void whileTheFileCannotBeParsedNewNamesFailAndOldOnesGoOn() throws IOException {
    Files.writeString(file, "/svc => /$/inet/10.0.0.1/80");
    var early = bind("", "/svc");

    Files.writeString(file, "no dtab");
    control.advance(Duration.ofSeconds(1));

    assertThat(show(early)).isEqualTo("/$/inet/10.0.0.1/80");
    assertThat(bind("", "/svc").last())
        .isEqualTo(new State.Failed<>(file + ": '/' expected but 'n' found at '[n]o dtab'"));
    Files.writeString(file, "/svc => /$/inet/10.0.0.1/8080");
    control.advance(Duration.ofSeconds(1));
    assertThat(show(early)).isEqualTo("/$/inet/10.0.0.1/8080");
  }

  @Test
  void explainsByTheFilesRules() throws IOException {
    var seen = Seen.of(interpreter.delegate(Dtabs.parse(""), Paths.parse("/svc")));
    control.runUntilIdle();
    assertThat(seen.value()).isEqualTo(new Delegation.Pending("/svc", null));

    Files.writeString(file, "/svc => /$/nil");
    control.advance(Duration.ofSeconds(1));

    assertThat(seen.value()).isInstanceOf(Delegation.Delegate.class);
    seen.close();
    assertThat(control.timers()).isZero();
  }

  @Test
  void saysForTheAdminPageWhatTheRulesAreAndWhenTheyCame() throws IOException {
    Files.writeString(file, "/svc  => /$/nil;");
    bind("", "/svc").close();
    Files.writeString(file, "no dtab");
    bind("", "/svc");

    String time = "2026-11-23 20:12:00 +0000";
    assertThat(interpreter.adminState())
        .isEqualTo(
            Map.of(
                "state",
                Map.of(
                    "running",
                    true,
                    "lastStartedAt",
                    time,
                    "lastStoppedAt",
                    time,
                    "lastUpdatedAt",
                    time,
                    "value",
                    "/svc=>/$/nil",
                    "error",
                    file + ": '/' expected but 'n' found at '[n]o dtab'")));
  }

  @Test
  void aFileAboveItsLimitFails() throws IOException {
    Files.writeString(file, "/svc => /$/nil ;\n".repeat(40_000));

    assertThat(bind("", "/svc").last()).isInstanceOf(State.Failed.class);
  }

  private Seen<NameTree<Bound>> bind(String dtab, String path) {
    var seen = Seen.of(interpreter.bind(Dtabs.parse(dtab), Paths.parse(path)));
    control.runUntilIdle();
    return seen;
  }

  private static String show(Seen<NameTree<Bound>> seen) {
    return NameTrees.show(seen.value(), Bound::toString);
  }
}

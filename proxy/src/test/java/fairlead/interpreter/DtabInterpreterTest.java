package fairlead.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.Seen;
import fairlead.activity.State;
import fairlead.naming.Bound;
import fairlead.naming.NameTree;
import fairlead.naming.Paths;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Binding, spec/routing.md §4 and the worked examples of §4.6, §5 and §11. */
class DtabInterpreterTest {
  private static final String WORKED =
      """
      /consul => /#/io.l5d.consul/dc1 ;
      /srv    => /consul ;
      /svc    => /srv ;
      /svc/web => 0.9 * /srv/web & 0.1 * /srv/web-canary ;
      /svc/old => ! ;
      """;
  private static final String CONTRIVED =
      WORKED.replace("/svc    =>", "/srv => /$/nil/none | ~ ; # contrived\n/svc =>");
  private static final String PAY =
      """
      /live    => /#/io.l5d.consul/.local ;
      /svc     => /live ;
      /svc/pay => /live/pay-green | /live/pay-blue ;
      """;

  /** spec/config.md §18 B. */
  private static final String HOST_TO_CONSUL =
      "/consul => /#/io.l5d.consul/.local ; /host => /consul ;"
          + " /host => /$/io.buoyant.http.subdomainOfPfx/service.consul/consul ; /svc => /host ;";

  private final Mesh mesh = new Mesh();

  @Test
  void emptyIsNotNegativeAndStopsTheSearch() {
    mesh.consul.bind("/dc1/api", "10.0.0.1:80");

    assertThat(mesh.bind(CONTRIVED, "/svc/api")).isEqualTo("$");
  }

  @Test
  void bindsThroughRulesAndKeepsTheResidual() {
    mesh.consul.bind("/dc1/api", "10.0.0.1:80");

    assertThat(mesh.bind(WORKED, "/svc/api/v1")).isEqualTo("/#/io.l5d.consul/dc1/api + /v1");
  }

  @Test
  void splitsTrafficAndLeavesOutWhatIsNegative() {
    mesh.consul.bind("/dc1/web", "10.0.0.1:80").bind("/dc1/web-canary", "10.0.0.2:80");
    var seen = mesh.observe(WORKED, "/svc/web");
    assertThat(Mesh.show(seen))
        .isEqualTo("0.90*/#/io.l5d.consul/dc1/web & 0.10*/#/io.l5d.consul/dc1/web-canary");

    mesh.consul.neg("/dc1/web-canary");
    assertThat(Mesh.show(seen)).isEqualTo("/#/io.l5d.consul/dc1/web");

    mesh.consul.neg("/dc1/web");
    assertThat(Mesh.show(seen)).isEqualTo("~");
  }

  @Test
  void failStopsTheSearch() {
    mesh.consul.bind("/dc1/old", "10.0.0.1:80");

    assertThat(mesh.bind(WORKED, "/svc/old/x")).isEqualTo("!");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "/svc => /srv @ /foo @ ~",
        "/svc/*/admin => /#/io.l5d.fs/admin @ /svc/a/admin/x @ /#/io.l5d.fs/admin + /x",
        "/svc => ! ; /svc/x => ~ @ /svc/x/y @ !",
        "/svc => ! ; /svc/x => /#/io.l5d.fs/admin @ /svc/x @ /#/io.l5d.fs/admin",
        "/svc => /#/io.l5d.fs/admin ; /#/io.l5d.fs/admin => /$/nil @ /svc @ $",
        "/$/nil => /#/io.l5d.fs/admin @ /$/nil @ /#/io.l5d.fs/admin",
        "/neg => ~ @ /neg @ ~",
        "/#/io.l5d.fs => ~ @ /#/io.l5d.fs/admin @ /#/io.l5d.fs/admin",
        "/svc => /nowhere | /#/io.l5d.fs/admin @ /svc/x @ /#/io.l5d.fs/admin + /x",
        "/svc => /nowhere | $ | /#/io.l5d.fs/admin @ /svc @ $",
        "/svc => ($ & !) | /#/io.l5d.fs/admin @ /svc @ $",
        "/svc => (! & ~) | /#/io.l5d.fs/admin @ /svc @ /#/io.l5d.fs/admin",
        "/svc => 3*(/nowhere | /#/io.l5d.fs/admin) & 1*/#/io.l5d.fs/web @ /svc"
            + " @ 3.00*/#/io.l5d.fs/admin & /#/io.l5d.fs/web",
        "/svc => /$/io.buoyant.http.anyHost @ /svc/some.host/#/io.l5d.fs/web @"
            + " /#/io.l5d.fs/web",
        "/x => /#/io.l5d.consul/us | /dc ; /dc => /#/io.l5d.consul/eu @ /x/web"
            + " @ /#/io.l5d.consul/eu/web",
        "/svc => /#/io.l5d.consul/dc1 @ /svc/web/v2 @ /#/io.l5d.consul/dc1/web + /v2",
        "/ => ! ; /svc => /#/io.l5d.fs/admin @ /svc @ !",
        "/svc => /$/inet/127.1/8080; @ /svc/web @ /$/inet/127.1/8080 + /web",
        HOST_TO_CONSUL + " @ /svc/web @ /#/io.l5d.consul/.local/web",
        HOST_TO_CONSUL + " @ /svc/web.service.consul @ /#/io.l5d.consul/.local/web",
        HOST_TO_CONSUL + " @ /svc/other.service.consul @ ~",
      })
  void bindsAsTheRulesSay(String dtab, String path, String tree) {
    mesh.fs.bind("/admin", "10.0.0.1:80").bind("/web", "10.0.0.2:80");
    mesh.consul
        .bind("/eu/web", "10.0.0.3:80")
        .bind("/dc1/web", "10.0.0.4:80")
        .bind("/.local/web", "10.0.0.5:80");

    assertThat(mesh.bind(dtab, path)).isEqualTo(tree);
  }

  @Test
  void goesFromGreenToBlueAndBack() {
    mesh.consul.bind("/.local/pay-green", "10.0.0.1:80").bind("/.local/pay-blue", "10.0.0.2:80");
    var seen = mesh.observe(PAY, "/svc/pay");
    assertThat(Mesh.show(seen)).isEqualTo("/#/io.l5d.consul/.local/pay-green");

    mesh.consul.neg("/.local/pay-green");
    assertThat(Mesh.show(seen)).isEqualTo("/#/io.l5d.consul/.local/pay-blue");

    mesh.consul.neg("/.local/pay-blue");
    assertThat(Mesh.show(seen)).isEqualTo("~");

    mesh.consul.bind("/.local/pay-green", "10.0.0.1:80");
    assertThat(Mesh.show(seen)).isEqualTo("/#/io.l5d.consul/.local/pay-green");
  }

  @Test
  void anAlternativeIsNotTriedWhileTheFirstIsPendingOrFailed() {
    mesh.consul
        .bind("/.local/pay-blue", "10.0.0.2:80")
        .answer("/.local/pay-green", new State.Pending<>());
    var seen = mesh.observe(PAY, "/svc/pay");
    assertThat(seen.last()).isEqualTo(new State.Pending<>());
    assertThat(mesh.consul.observed()).containsExactly("/.local/pay-green");

    mesh.consul.answer("/.local/pay-green", new State.Failed<>("no leader"));
    assertThat(seen.last()).isEqualTo(new State.Failed<>("no leader"));

    mesh.consul.neg("/.local/pay-green");
    assertThat(Mesh.show(seen)).isEqualTo("/#/io.l5d.consul/.local/pay-blue");
  }

  @Test
  void aRequestsOwnRulesComeFirst() {
    mesh.consul.bind("/.local/pay-green", "10.0.0.1:80").bind("/.local/pay-test", "10.0.0.9:80");
    String local = PAY + "; /svc/pay => /svc/pay-test";

    assertThat(mesh.bind(local, "/svc/pay")).isEqualTo("/#/io.l5d.consul/.local/pay-test");
    mesh.consul.neg("/.local/pay-test");
    assertThat(mesh.bind(local, "/svc/pay")).isEqualTo("/#/io.l5d.consul/.local/pay-green");
  }

  @Test
  void aUnionGoesOnWithoutBranchesThatAreNotKnown() {
    mesh.fs
        .bind("/a", "10.0.0.1:80")
        .answer("/b", new State.Pending<>())
        .answer("/c", new State.Failed<>("broken"));
    String dtab = "/svc => /#/io.l5d.fs/a & 2*/#/io.l5d.fs/b & /#/io.l5d.fs/c";
    var seen = mesh.observe(dtab, "/svc");
    assertThat(Mesh.show(seen)).isEqualTo("/#/io.l5d.fs/a");

    mesh.fs.bind("/b", "10.0.0.2:80");

    assertThat(Mesh.show(seen)).isEqualTo("/#/io.l5d.fs/a & 2.00*/#/io.l5d.fs/b");
  }

  @Test
  void aUnionOfWhichNothingIsKnownFailsBeforeItIsPending() {
    mesh.fs.answer("/a", new State.Pending<>()).answer("/b", new State.Pending<>());
    var seen = mesh.observe("/svc => /#/io.l5d.fs/a & /#/io.l5d.fs/b", "/svc");
    assertThat(seen.last()).isEqualTo(new State.Pending<>());

    mesh.fs.answer("/b", new State.Failed<>("broken"));

    assertThat(seen.last()).isEqualTo(new State.Failed<>("broken"));
  }

  @Test
  void aFileWithoutWeightsLeavesItsShare() {
    mesh.fs.bind("/x").bind("/y", "10.0.0.1:80");
    String dtab = "/svc/a => 3 * /#/io.l5d.fs/x & /#/io.l5d.fs/y";

    assertThat(mesh.bind(dtab, "/svc/a")).isEqualTo("3.00*/#/io.l5d.fs/x & /#/io.l5d.fs/y");
    mesh.fs.neg("/x");
    assertThat(mesh.bind(dtab, "/svc/a")).isEqualTo("/#/io.l5d.fs/y");
  }

  @Test
  void anUnknownUtilityFailsNamingIt() {
    var seen = mesh.observe("/svc => /$/io.example.Missing", "/svc/web");

    assertThat(seen.last())
        .isEqualTo(
            new State.Failed<>(
                "/$/io.example.Missing/web: no such utility namer: io.example.Missing"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "/svc => /svc",
        "/svc => /svc/again",
        "/svc => /svc | /#/io.l5d.fs/web",
        "/svc => /$/io.buoyant.http.anyHost/host/svc",
      })
  void aRuleThatLeadsToItselfFails(String dtab) {
    var seen = mesh.observe(dtab, "/svc");

    assertThat(seen.last()).isInstanceOf(State.Failed.class);
    assertThat(seen.last().toString()).contains("more than 100 rewrites; a rule leads to itself");
  }

  @ParameterizedTest
  @CsvSource({"100, /#/io.l5d.fs/web", "101, ''"})
  void aHundredRewritesAreFollowedAndNoMore(int rewrites, String tree) {
    mesh.fs.bind("/web", "10.0.0.1:80");
    var dtab = new StringBuilder();
    for (int i = 1; i < rewrites; i++) {
      dtab.append("/a%d => /a%d ;".formatted(i, i + 1));
    }
    dtab.append("/a%d => /#/io.l5d.fs/web ;".formatted(rewrites));

    var seen = mesh.observe(dtab.toString(), "/a1");

    assertThat(seen.last() instanceof State.Ok ? Mesh.show(seen) : "").isEqualTo(tree);
  }

  @Test
  void alternativesThatMultiplyFailInsteadOfTakingTheProcess() {
    var seen = mesh.observe(doubling('|'), "/a0");

    assertThat(seen.last().toString()).contains("more than 2000 look-ups for one name");
  }

  @Test
  void sharesThatMultiplyAreLeftOutInsteadOfTakingTheProcess() {
    assertThat(mesh.bind(doubling('&'), "/a0")).isEqualTo("~");
  }

  private static String doubling(char operator) {
    var dtab = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      dtab.append("/a%d => /a%d %s /a%d ;".formatted(i, i + 1, operator, i + 1));
    }
    return dtab.toString();
  }

  @Test
  void aSelfReferenceInAUnionFailsInsteadOfTakingTheProcess() {
    assertThat(mesh.observe("/svc => /svc & /svc", "/svc").last()).isInstanceOf(State.Failed.class);
  }

  @Test
  void tellsEachResultOnce() {
    mesh.consul.bind("/.local/pay-green", "10.0.0.1:80");
    var seen = mesh.observe(PAY, "/svc/pay");
    int told = seen.states().size();

    mesh.consul.bind("/.local/pay-green", "10.0.0.7:80");

    assertThat(seen.states()).hasSize(told);
  }

  @Test
  void laterNamersAreAskedFirstAndEarlierOnesWhenTheyAreNegative() {
    var namers =
        Namers.of(
            List.of(
                new ConfiguredNamer(Paths.parse("/io.l5d.fs"), mesh.fs),
                new ConfiguredNamer(Paths.parse("/io.l5d.fs"), mesh.other)),
            mesh.utility,
            Set.of());
    var interpreter = new DtabInterpreter(namers, List.of());
    mesh.fs.bind("/web", "10.0.0.1:80");
    mesh.other.bind("/web", "10.0.0.2:80");

    var seen = mesh.observe(interpreter, "", "/#/io.l5d.fs/web");
    assertThat(Mesh.show(seen)).isEqualTo("/#/other/web");

    mesh.other.neg("/web");
    assertThat(Mesh.show(seen)).isEqualTo("/#/io.l5d.fs/web");

    mesh.other.answer("/web", new State.Failed<>("broken"));
    assertThat(seen.last()).isEqualTo(new State.Failed<>("broken"));
  }

  @Test
  void namersAreLetGoWhenTheNameIs() {
    mesh.consul.bind("/.local/pay-green", "10.0.0.1:80");
    var seen = mesh.observe(PAY, "/svc/pay");
    assertThat(mesh.consul.observed()).isNotEmpty();

    seen.close();

    assertThat(mesh.consul.observed()).isEmpty();
  }

  @Test
  void seenD17_aSetWithoutLiveEndpointsIsNotNegative() {
    mesh.consul.bind("/.local/pay-green").bind("/.local/pay-blue", "10.0.0.2:80");

    Seen<NameTree<Bound>> seen = mesh.observe(PAY, "/svc/pay");

    assertThat(Mesh.show(seen)).isEqualTo("/#/io.l5d.consul/.local/pay-green");
  }
}

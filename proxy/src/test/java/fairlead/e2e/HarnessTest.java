package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts by themselves, without the proxy: what the other tests measure is not the harness. */
class HarnessTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path dir;

  @Test
  void aHostsServiceIsSeenByTheOtherHostsAgentAndAnswersThroughTheEdge() throws Exception {
    try (Hosts hosts = Hosts.create("S", "E", "A");
        ConsulAgent server =
            ConsulAgent.server(hosts.host("S"), dir.resolve("S"), ConsulAgent.Ports.USUAL);
        ConsulAgent onE =
            ConsulAgent.client(hosts.host("E"), dir.resolve("E"), hosts.host("S").address());
        ConsulAgent onA =
            ConsulAgent.client(hosts.host("A"), dir.resolve("A"), hosts.host("S").address());
        Service web = Service.start(hosts.host("A"), "web", "web-1");
        Service here = Service.start(hosts.host("E"), "web", "web-2");
        Edge edge = Edge.start(hosts.host("E"), dir.resolve("edge"), here.port())) {
      onA.register(web);
      onE.awaitPassing("web", 1, SOON);
      server.awaitPassing("web", 1, SOON);

      Load.Report direct = report(Load.start(hosts.host("A").at(web.port()), "web", "/", 200));
      Load.Report throughEdge = report(Load.start(edge.address(), "any", "/web/x", 200));

      assertThat(direct.failures()).as("%s", direct).isEmpty();
      assertThat(direct.answeredBy()).containsOnlyKeys("web-1@A");
      assertThat(throughEdge.failures()).as("%s", throughEdge).isEmpty();
      assertThat(throughEdge.answeredBy()).containsOnlyKeys("web-2@E");
    }
  }

  @Test
  void aKilledInstanceAPulledLinkAndAKilledAgentAreSeenByConsul() throws Exception {
    try (Hosts hosts = Hosts.create("S", "A");
        ConsulAgent server =
            ConsulAgent.server(hosts.host("S"), dir.resolve("S"), ConsulAgent.Ports.USUAL);
        ConsulAgent onA =
            ConsulAgent.client(hosts.host("A"), dir.resolve("A"), hosts.host("S").address());
        Service one = Service.start(hosts.host("A"), "web", "web-1");
        Service two = Service.start(hosts.host("A"), "web", "web-2")) {
      onA.register(one);
      onA.register(two);
      server.awaitPassing("web", 2, SOON);

      one.program().kill();
      server.awaitPassing("web", 1, SOON);
      hosts.cut("A");
      server.awaitPassing("web", 0, SOON);
      hosts.mend("A");
      server.awaitPassing("web", 1, Duration.ofSeconds(60));
      onA.kill();
      server.awaitPassing("web", 0, SOON);
      onA.startAgain();
      server.awaitPassing("web", 1, SOON);

      assertThat(server.get("/v1/catalog/nodes")).contains(hosts.host("A").address());
    }
  }

  private static Load.Report report(Load load) throws Exception {
    try (load) {
      Eventually.pause(Duration.ofSeconds(2));
      return load.stop();
    }
  }
}

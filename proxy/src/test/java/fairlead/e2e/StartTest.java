package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.FakeCatalog.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start and its first request do without: each would be paid by every start. */
class StartTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final String MESH = "deploy/mesh-local-ip.yaml";

  private static final List<String> MISSED =
      List.of(
          "com.fasterxml.jackson.databind.ObjectMapper",
          "java.util.GregorianCalendar",
          "sun.util.locale.provider.LocaleProviderAdapter");

  private final Place place = Place.loopback();

  @TempDir Path dir;

  @Test
  void loadsNeitherTheMapperOfJsonNorTheDataOfLocales() throws IOException {
    Set<String> loaded = loadedByAStart();

    assertThat(loaded).contains("fairlead.launcher.Main");
    assertThat(MISSED.stream().filter(loaded::contains)).isEmpty();
  }

  /** By the mesh as it is deployed, with a request through both of its routers. */
  private Set<String> loadedByAStart() throws IOException {
    int outgoing = Parts.freePort(ADDRESS);
    int admin = Parts.freePort(ADDRESS);
    int incoming = Parts.freePort(ADDRESS);
    Path log = dir.resolve("classes.log");
    try (FakeCatalog consul = FakeCatalog.start();
        Service web = Service.start(place, "web", "web-1")) {
      consul.put("web", List.of(new Instance("web-1", ADDRESS, web.port(), true)));
      String mesh =
          Files.readString(Parts.ROOT.resolve(MESH))
              .replace("9990", "" + admin)
              .replace("8500", "" + consul.port())
              .replace("4140", "" + outgoing)
              .replace("4141", "" + incoming)
              .replace("0.0.0.0", ADDRESS)
              .replace("$LOCAL_IP", ADDRESS);
      Path config = Files.writeString(dir.resolve("mesh.yaml"), mesh);
      try (Fairlead fairlead =
          Fairlead.start(place, config, admin, List.of("-Xlog:class+load:file=" + log + ":none"))) {
        fairlead.awaitReady(outgoing, incoming);
        assertThat(Caller.once(place.at(outgoing), "web", "/").status())
            .as(fairlead.program()::tail)
            .isEqualTo(200);
      }
    }
    try (Stream<String> lines = Files.lines(log)) {
      return lines.map(line -> line.split(" ", 2)[0]).collect(Collectors.toSet());
    }
  }
}

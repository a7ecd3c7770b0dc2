package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.admin.AdminConfig;
import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.routing.RouterConfig;
import fairlead.server.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every example is a test: the good ones have no fault, the bad ones exactly those of their golden
 * file.
 */
class ExamplesTest {
  private static final Path EXAMPLES =
      Files.isDirectory(Path.of("examples")) ? Path.of("examples") : Path.of("../examples");

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  static Stream<Named<Path>> good() throws IOException {
    return in(EXAMPLES);
  }

  static Stream<Named<Path>> bad() throws IOException {
    return in(EXAMPLES.resolve("bad"));
  }

  private static Stream<Named<Path>> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.toString().matches(".*\\.(yaml|json)"))
          .sorted()
          .map(f -> Named.of(f.getFileName().toString(), f))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void hasNoFault(Path file) throws IOException {
    Loaded loaded = load(file);

    assertThat(CheckText.check("f", loaded).err()).isEmpty();
    assertThat(loaded.configuration()).isNotNull();
    assertThat(CheckText.config(loaded).exitCode()).isZero();
  }

  private static Loaded load(Path file) throws IOException {
    String disco = EXAMPLES.resolve("disco").toString();
    var machine =
        Machines.host(
            Map.of(
                "LOCAL_IP",
                "10.1.0.11",
                "DISCO",
                disco,
                "DTAB_FILE",
                disco + "/rules.dtab",
                "STATE_DIR",
                EXAMPLES.toString(),
                "CONSUL_TOKEN_FILE",
                disco + "/web"));

    return ConfigurationLoader.load(text(file), machine);
  }

  @ParameterizedTest
  @MethodSource("good")
  void startsAndStops(Path file) throws IOException, InterruptedException {
    Configuration found = onFreePorts(Objects.requireNonNull(load(file).configuration()));

    Proxy proxy = Proxy.start(found, ShownConfig.NOTHING, 1, _ -> {});
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (RouterConfig router : found.routers()) {
        assertThat(proxy.addresses(router.label())).hasSameSizeAs(router.servers());
      }
      var ping = URI.create("http://127.0.0.1:" + proxy.adminAddress().getPort() + "/admin/ping");
      assertThat(client.send(HttpRequest.newBuilder(ping).build(), BodyHandlers.ofString()).body())
          .isEqualTo("pong");
    } finally {
      proxy.close();
    }
  }

  private static Configuration onFreePorts(Configuration config) {
    AdminConfig admin = config.admin();
    return new Configuration(
        config.routers().stream().map(ExamplesTest::onFreePorts).toList(),
        config.namers(),
        config.telemeters(),
        config.metrics(),
        new AdminConfig(
            LOOPBACK,
            0,
            admin.shutdownGrace(),
            admin.linger(),
            admin.security(),
            admin.token(),
            admin.tls(),
            admin.identifierPort() == null ? null : 0,
            admin.readOnly()),
        false,
        config.stateDir(),
        config.sharePorts());
  }

  private static RouterConfig onFreePorts(RouterConfig router) {
    return new RouterConfig(
        router.label(),
        router.servers().stream().map(ExamplesTest::onFreePort).toList(),
        router.dtab(),
        router.dstPrefix(),
        router.identifiers(),
        router.interpreter(),
        router.bindingTimeout(),
        router.bindingCache(),
        router.originator(),
        router.maxInitialLineBytes(),
        router.maxHeadersBytes(),
        router.maxErrResponseBytes(),
        router.keptBodyBytes(),
        router.maxBodyBytes(),
        router.compressionLevel(),
        router.accessLogs(),
        router.propagation(),
        router.service(),
        router.client());
  }

  private static ServerConfig onFreePort(ServerConfig server) {
    return new ServerConfig(
        LOOPBACK,
        0,
        server.socketOptions(),
        server.maxConcurrentRequests(),
        server.maxCallDepth(),
        server.clearContext(),
        server.timestampHeader(),
        server.idleTime(),
        server.lifeTime(),
        server.forwarded(),
        server.tunnels(),
        server.guard(),
        server.spoken(),
        server.http2(),
        server.tls());
  }

  @ParameterizedTest
  @MethodSource("bad")
  void hasExactlyTheFaultsOfItsGoldenFile(Path file) throws IOException {
    var machine = Machines.container(Map.of(), Machines.NOBODY);

    CheckText shown = CheckText.check("f", ConfigurationLoader.load(text(file), machine));

    Path golden = file.resolveSibling(file.getFileName() + ".expected");
    if ("update".equals(System.getProperty("golden"))) {
      Files.writeString(golden, shown.err());
    }
    assertThat(shown.err()).isEqualTo(Files.readString(golden));
    assertThat(shown.exitCode()).isEqualTo(78);
    assertThat(shown.err()).doesNotContain("not-to-be-seen");
  }

  private static ConfigText text(Path file) throws IOException {
    return ConfigText.of(file.getFileName().toString(), Files.readString(file));
  }
}

package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.tls.TestCa;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A canary in the place of every secret is never shown, whatever is asked. */
@Timeout(60)
class SecretsTest {
  private static final String CANARY = "canary-5b1f";

  @TempDir Path folder;

  private String file = "";

  @BeforeEach
  void writeTheSecret() throws IOException {
    file = Files.writeString(folder.resolve("secret"), CANARY + "\n").toString();
  }

  private Loaded load(String yaml) {
    var environment = Map.of("SECRET_ID", CANARY, "TOKEN", CANARY);
    return ConfigurationLoader.load(ConfigText.of("f.yaml", yaml), Machines.host(environment));
  }

  private String good() {
    return """
    admin: {port: 0, token: '${UNSET:-CANARY}'}
    namers:
    - {kind: io.l5d.consul, host: 127.0.0.1, port: 1, token: CANARY}
    - {kind: io.l5d.consul, prefix: /a, host: 127.0.0.1, port: 1, token: '${file:FILE}'}
    - {kind: io.l5d.consul, prefix: /b, host: 127.0.0.1, port: 1, token: $TOKEN, scope: agent}
    - {kind: io.l5d.consul, prefix: /c, host: 127.0.0.1, port: 1, tokenFile: FILE}
    routers:
    - protocol: http
      servers: [{port: 0}]
      dtab: |
        /svc => /#/io.l5d.consul/.local ;
        /svc => /#/a/dc1 ;
        /svc => /#/b/dc1 | /#/c/dc1 ;
      interpreter: {kind: io.l5d.consul.interpreter, host: 127.0.0.1, port: 1, token: $TOKEN}
    """
        .replace("CANARY", CANARY)
        .replace("FILE", file);
  }

  @Test
  void neitherCheckNorConfigNorTheAdminPageShowsIt() {
    Loaded loaded = load(good());

    assertThat(loaded.problems().show()).isEmpty();
    assertThat(CheckText.check("f.yaml", loaded).out()).doesNotContain(CANARY);
    assertThat(CheckText.config(loaded).out())
        .doesNotContain(CANARY)
        .contains("token: '***' # ${UNSET:-***}: default, as environment variable UNSET is not set")
        .contains("token: '***' # ${file:" + file + "}: file " + file);
    assertThat(ShownConfig.of(loaded.tree()).json())
        .doesNotContain(CANARY)
        .contains("\"token\":\"***\"");
    assertThat(String.valueOf(loaded.configuration())).doesNotContain(CANARY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "admin: {port: '${file:FILE}'}",
        "admin: {ip: '${file:FILE}'}",
        "admin: {port: $SECRET_ID}",
        "admin: {workerThreads: '${file:FILE}'}",
        "admin: {token: [CANARY]}",
        "admin: {security: {uiEnabled: $TOKEN, pathWhitelist: ['[${file:FILE}']}}",
        "admin: {token: '${UNSET:CANARY}'}",
        "admin: {token: '${UNSET=CANARY}'}",
        "admin: {token: '${-CANARY}'}",
        "namers: [{kind: '${file:FILE}'}]",
        "namers: [{kind: io.l5d.consul, prefix: '${file:FILE}', scope: $TOKEN}]",
        "namers: [{kind: io.l5d.consul, consistencyMode: $TOKEN, healthStatuses: [$TOKEN]}]",
        "namers: [{kind: io.l5d.fs, rootDir: '${file:FILE}'}]",
        "namers: [{kind: io.l5d.rewrite, prefix: /a, pattern: /b, name: '${file:FILE}'}]",
        "telemetry: [{kind: io.l5d.prometheus, path: '${file:FILE}'}]",
        "usage: {enabled: $SECRET_ID}",
        "{\"admin\": {\"token\": CANARY}}",
        "routers: [{protocol: http, servers: [{tls: {keyPath: '-----BEGIN PRIVATE"
            + " KEY-----CANARY'}}]}]",
        "namers: [{kind: io.l5d.consul, tls: {commonName: c, clientAuth: {keyPath:"
            + " '${file:FILE}'}}}]",
        "stateDir: $TOKEN"
      })
  void noFaultShowsIt(String yaml) {
    String text = yaml.replace("CANARY", CANARY).replace("FILE", file);

    String faults = load(text).problems().show();

    assertThat(faults).isNotEmpty().doesNotContain(CANARY);
  }

  @Test
  void neitherARunningProxysLogNorItsPagesShowIt() throws Exception {
    Loaded loaded = load(good());
    var log = new Recording();
    log.start();
    Logger root = (Logger) LoggerFactory.getLogger("fairlead");
    root.addAppender(log);
    root.setLevel(Level.TRACE);
    Proxy proxy =
        Proxy.start(
            Objects.requireNonNull(loaded.configuration()),
            ShownConfig.of(loaded.tree()),
            1,
            _ -> {});
    try {
      String answer = get(proxy.addresses("http").getFirst(), "/");
      var pages =
          List.of(
              "/config.json",
              "/config.yaml",
              "/namer_state/io.l5d.consul.json",
              "/namer_state/a.json",
              "/http/interpreter_state/io.l5d.consul.interpreter.json",
              "/explain.json?url=http://web/",
              "/admin/metrics.json");

      assertThat(answer).contains("Consul at 127.0.0.1:1").doesNotContain(CANARY);
      for (String page : pages) {
        assertThat(get(proxy.adminAddress(), page)).as(page).isNotEmpty().doesNotContain(CANARY);
      }
    } finally {
      proxy.close();
      root.detachAppender(log);
      root.setLevel(null);
    }
    assertThat(log.lines).isNotEmpty().noneMatch(line -> line.contains(CANARY));
  }

  /** Of a key that is in use, and of one that is of no use. */
  @Test
  void threat59_aPrivateKeyIsNeverShown() throws Exception {
    var ca = new TestCa(folder, "ca");
    var issued = ca.issue("web.test");
    var files = issued.write(folder, "web");
    String key = issued.bundle().getPrivateKeyPEM();
    String canary = key.substring(key.indexOf("KEY-----") + 20).substring(0, 40).strip();
    String yaml =
        """
        admin: {port: 0}
        routers:
        - protocol: http
          servers: [{port: 0, tls: {certPath: DIR/web.pem, keyPath: DIR/web.key}}]
          client: {tls: {commonName: a, clientAuth: {certPath: DIR/web.pem, keyPath: DIR/web.key}}}
        """
            .replace("DIR", folder.toString());
    var log = new Recording();
    log.start();
    Logger root = (Logger) LoggerFactory.getLogger("fairlead");
    root.addAppender(log);
    root.setLevel(Level.TRACE);
    Loaded loaded = load(yaml);
    Proxy proxy =
        Proxy.start(
            Objects.requireNonNull(loaded.configuration()),
            ShownConfig.of(loaded.tree()),
            1,
            _ -> {});
    try {
      for (String page : List.of("/config.json", "/config.yaml", "/admin/metrics.json")) {
        assertThat(get(proxy.adminAddress(), page)).as(page).isNotEmpty().doesNotContain(canary);
      }
      Files.writeString(files.keyPath(), key.replace("KEY-----", "KEY-----?"));
      for (int i = 0; i < 200 && log.lines.stream().noneMatch(l -> l.contains("keeps its")); i++) {
        LockSupport.parkNanos(50_000_000);
      }
    } finally {
      proxy.close();
      root.detachAppender(log);
      root.setLevel(null);
    }
    assertThat(CheckText.config(loaded).out()).contains("web.key").doesNotContain(canary);
    assertThat(String.valueOf(loaded.configuration())).doesNotContain(canary);
    assertThat(load(yaml).problems().show())
        .contains("web.key' holds no RSA or EC key")
        .doesNotContain(canary);
    assertThat(log.lines)
        .anyMatch(line -> line.contains("keeps its certificates"))
        .noneMatch(line -> line.contains(canary));
  }

  private static String get(InetSocketAddress address, String page)
      throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + address.getPort() + page);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private static final class Recording extends AppenderBase<ILoggingEvent> {
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getFormattedMessage() + event.getThrowableProxy());
    }
  }
}

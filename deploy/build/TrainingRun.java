import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The training run of an AOT cache, the image's or that of ./fairlead: starts the proxy with the mesh's own configuration beside a stand-in for
 * Consul and for a service, with two routers more that speak TLS to each other, and with one that finds its services in files; sends some requests
 * through all, and ends it with SIGTERM, at which it writes the cache.
 *
 * <p>Arguments: the java that will use the cache, the cache to write, the file of options, the configuration. Its ports are
 * replaced by free ones.
 */
final class TrainingRun {
  private static final int REQUESTS = 500;
  private static final int OTHER_REQUESTS = 50;
  private static final long START_SECONDS = 60;
  private static final long STOP_SECONDS = 120;
  private static final String INSTANCE =
      """
      [{"Node": {"Node": "train", "Address": "127.0.0.1", "Datacenter": "dc1", "Meta": {}},
        "Service": {"ID": "web-1", "Service": "web", "Tags": [], "Meta": {}, "Address": "127.0.0.1", "Port": %d},
        "Checks": [{"CheckID": "serfHealth", "Status": "passing", "ServiceID": ""}]}]
      """;

  private static final String SELF =
      """
      {"Config": {"Datacenter": "dc1", "NodeName": "train"}, "Member": {"Name": "train", "Addr": "127.0.0.1"}}
      """;

  /** No profiles of so few requests: they are 3 MB, and have the compilers begin while the program starts. */
  private static final List<String> CLASSES_ONLY = List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining");

  private static final String SECRET = "training";

  /** What it takes to speak TLS costs half a start where it is not in the cache. */
  private static final String TLS_ROUTERS =
      """

      - protocol: http
        label: secured
        dtab: /svc => /$/inet/127.0.0.1/%1$d ;
        servers: [{port: %2$d, ip: 127.0.0.1, tls: {certPath: %3$s, keyPath: %4$s}}]
      - protocol: http
        label: securing
        dtab: /svc => /$/inet/127.0.0.1/%2$d ;
        client: {tls: {commonName: training, trustCertsBundle: %3$s}}
        servers: [{port: %5$d, ip: 127.0.0.1}]
      """;

  /** The other way to say where services are. */
  private static final String FILES_ROUTER =
      """

      - protocol: http
        label: files
        dtab: /svc => /#/io.l5d.fs ;
        servers: [{port: %d, ip: 127.0.0.1}]
      """;

  private static boolean complained;

  private TrainingRun() {}

  public static void main(String[] args) throws Exception {
    Files.deleteIfExists(Path.of(args[1]));
    int service = serve(exchange -> answer(exchange, "text/plain", "ok\n"));
    int consul = serve(exchange -> consul(exchange, service));
    int outgoing = freePort();
    int incoming = freePort();
    int admin = freePort();
    int secured = freePort();
    int securing = freePort();
    int files = freePort();
    Path directory = Files.createTempDirectory("training");
    Path certificate = directory.resolve("certificate.pem");
    Path key = directory.resolve("key.pem");
    certify(directory.resolve("store"), certificate, key);
    Path services = Files.createDirectory(directory.resolve("services"));
    Files.writeString(services.resolve("web"), "127.0.0.1 " + service + "\n");
    Path config = directory.resolve("fairlead.yaml");
    Files.writeString(
        config,
        withNamer(
                withPorts(Files.readString(Path.of(args[3])), Map.of("4140", outgoing, "4141", incoming, "9990", admin, "8500", consul)),
                "{kind: io.l5d.fs, rootDir: %s}".formatted(services))
            + TLS_ROUTERS.formatted(service, secured, certificate, key, securing)
            + FILES_ROUTER.formatted(files));
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.of(List.of(args[0]), CLASSES_ONLY, List.of("-XX:AOTCacheOutput=" + args[1], "@" + args[2], "fairlead.launcher.Main", "run", config.toString()))
                    .flatMap(List::stream)
                    .toList())
            .redirectErrorStream(true)
            .redirectOutput(Path.of(args[1] + ".log").toFile());
    builder.environment().put("LOCAL_IP", "127.0.0.1");
    Process proxy = builder.start();
    boolean up = awaitPort(proxy, outgoing) && awaitPort(proxy, incoming) && awaitPort(proxy, securing) && awaitPort(proxy, files);
    int answered = up ? load(outgoing, List.of(securing, files), admin) : 0;
    proxy.destroy();
    boolean ended = proxy.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    if (answered < REQUESTS || !ended || !Files.exists(Path.of(args[1]))) {
      System.err.printf("training run failed: %d of %d requests answered, ended=%s; its log: %s.log%n", answered, REQUESTS, ended, args[1]);
      proxy.destroyForcibly();
      Files.deleteIfExists(Path.of(args[1])); // a cache of no requests
      System.exit(1);
    }
    System.out.printf("training run: %d requests, cache of %d bytes, exit %d%n", answered, Files.size(Path.of(args[1])), proxy.exitValue());
    System.exit(0);
  }

  /** All at once: a free port may have the digits of another. */
  private static String withPorts(String text, Map<String, Integer> ports) {
    return Pattern.compile("(?<=port: )\\d+").matcher(text).replaceAll(found -> "" + ports.getOrDefault(found.group(), Integer.valueOf(found.group())));
  }

  /** A namer more than the mesh has. */
  private static String withNamer(String text, String namer) {
    return Pattern.compile("(?m)^namers:$").matcher(text).replaceFirst("namers:\n- " + Matcher.quoteReplacement(namer));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static int serve(HttpHandler handler) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", handler);
    server.start();
    return server.getAddress().getPort();
  }

  /** Enough of Consul for a watch: an answer with an index, then silence as long as a blocking query lasts. */
  private static void consul(HttpExchange exchange, int service) throws IOException {
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    if (query.contains("index=7")) {
      pause(30);
    }
    exchange.getResponseHeaders().set("X-Consul-Index", "7");
    exchange.getResponseHeaders().set("X-Consul-KnownLeader", "true");
    String answer =
        switch (exchange.getRequestURI().getPath()) {
          case "/v1/agent/self" -> SELF;
          case "/v1/health/service/web" -> INSTANCE.formatted(service);
          default -> "{}";
        };
    answer(exchange, "application/json", answer);
  }

  private static void answer(HttpExchange exchange, String type, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static boolean awaitPort(Process proxy, int port) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (proxy.isAlive() && System.nanoTime() < deadline) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected();
      } catch (IOException e) {
        pause(0.2);
      }
    }
    return false;
  }

  /** A certificate for this run, which nobody else trusts. */
  private static void certify(Path store, Path certificate, Path key) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", SECRET, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=" + SECRET, "-ext", "san=dns:" + SECRET,
                "-validity", "7", "-storetype", "PKCS12", "-storepass", SECRET, "-keystore", store.toString())
            .inheritIO()
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool: exit " + keytool.exitValue());
    }
    KeyStore keys = KeyStore.getInstance(store.toFile(), SECRET.toCharArray());
    Files.writeString(certificate, pem("CERTIFICATE", keys.getCertificate(SECRET).getEncoded()));
    Files.writeString(key, pem("PRIVATE KEY", keys.getKey(SECRET, SECRET.toCharArray()).getEncoded()));
  }

  private static String pem(String what, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
  }

  /** Returns how many were answered 200, less those that were not by the other routers and the admin pages. */
  private static int load(int outgoing, List<Integer> others, int admin) throws IOException {
    int answered = 0;
    for (int port : others) {
      for (int i = 0; i < OTHER_REQUESTS; i++) {
        answered -= isAnswered(port, "web", "/") ? 0 : 1;
      }
    }
    for (int i = 0; i < REQUESTS; i++) {
      answered += isAnswered(outgoing, "web", "/") ? 1 : 0;
    }
    for (String page : List.of("/admin/ping", "/admin/metrics.json", "/config.json", "/overview.json", "/history.json")) {
      answered -= isAnswered(admin, "127.0.0.1", page) ? 0 : 1;
    }
    return answered;
  }

  /** Whether it was 200; shows the first answer that was something else. */
  private static boolean isAnswered(int port, String host, String path) throws IOException {
    String answer = ask(port, host, path);
    boolean good = answer.startsWith("HTTP/1.1 200 ");
    if (!good && !complained) {
      complained = true;
      System.err.println("training run: port " + port + ", " + path + ": " + (answer.isEmpty() ? "closed" : answer));
    }
    return good;
  }

  private static String ask(int port, String host, String path) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static void pause(double seconds) {
    try {
      var unused = new CountDownLatch(1).await((long) (seconds * 1000), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

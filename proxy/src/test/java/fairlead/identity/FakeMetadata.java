package fairlead.identity;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * EC2 instance metadata (versions 1 and 2) and ECS task metadata (version 4) as the real services
 * answer them, and as they fail. Any thread.
 *
 * <p>By itself: {@code FakeMetadata 10.1.0.11 host v1-and-v2 169.254.169.254:80 169.254.170.2:80}
 * serves both on each address until it is killed.
 */
public final class FakeMetadata implements AutoCloseable {
  /** How the EC2 part behaves. */
  public enum Imds {
    /** {@code HttpTokens=required}: without a token 401. */
    V2_ONLY,
    /** {@code HttpTokens=optional}. */
    V1_AND_V2,
    /** An old service or imitation without tokens: 404 to the request for one. */
    V1_ONLY,
    /** The token does not come back over the second hop; everything else wants one. */
    HOP_LIMIT_1,
    /** Nothing comes back at all. */
    HANGS,
    /** {@code HttpEndpoint=disabled}. */
    FORBIDDEN,
    /** Something else listens there and knows nothing. */
    NOT_FOUND,
    /** Something else listens there and answers everything with a page. */
    WRONG_CONTENT
  }

  private static final String TTL = "X-aws-ec2-metadata-token-ttl-seconds";

  private final List<HttpServer> servers = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final AtomicInteger issued = new AtomicInteger();
  private final Imds imds;
  private final Map<String, String> metaData;
  private final Map<String, String> documents = new HashMap<>();

  /** The instance's {@code metaData} below {@code /latest/meta-data/}; nothing of ECS. */
  public FakeMetadata(Imds imds, Map<String, String> metaData) {
    this.imds = imds;
    this.metaData = Map.copyOf(metaData);
  }

  /** What an instance with this address tells. */
  public static Map<String, String> instance(String address) {
    return Map.of(
        "local-ipv4",
        address,
        "local-hostname",
        "ip-" + address.replace('.', '-') + ".ec2.internal",
        "instance-id",
        "i-0123456789abcdef0",
        "placement/availability-zone",
        "eu-west-1a");
  }

  /** Also serves a document of ECS, such as {@code /v4/me} or {@code /v4/me/task}. */
  public FakeMetadata document(String path, String json) {
    documents.put(path, json);
    return this;
  }

  /** Also is the task metadata service of a container in this network mode. */
  public FakeMetadata task(String networkMode, String address) {
    document(
        "/v4/me",
        """
        {"DockerId":"abc","Name":"fairlead","ContainerARN":"arn:aws:ecs:eu-west-1:111122223333:container/x",
         "Networks":[{"NetworkMode":"%s","IPv4Addresses":["%s"],"PrivateDNSName":"task-1.ec2.internal"}]}"""
            .formatted(networkMode, address));
    return document(
        "/v4/me/task",
        """
        {"Cluster":"mesh","TaskARN":"arn:aws:ecs:eu-west-1:111122223333:task/mesh/1","Family":"fairlead",
         "Revision":"3","AvailabilityZone":"eu-west-1a","LaunchType":"EC2"}""");
  }

  /** Starts to serve on an address, port 0 for a free one; returns the base of its URLs. */
  public String bind(String host, int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
    servers.add(server);
    return "http://" + host + ":" + server.getAddress().getPort();
  }

  /** {@code METHOD path} of each request so far. */
  public List<String> requests() {
    return requests;
  }

  /** Every token given out so far has expired. */
  public void forgetTokens() {
    tokens.clear();
  }

  @Override
  public void close() {
    closed.countDown();
    servers.forEach(server -> server.stop(0));
    threads.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    try (exchange) {
      String document = documents.get(path);
      if (document != null) {
        reply(exchange, 200, document);
      } else {
        ec2(exchange, path);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void ec2(HttpExchange exchange, String path) throws IOException, InterruptedException {
    boolean asksToken = path.equals("/latest/api/token");
    switch (imds) {
      case HANGS -> closed.await();
      case FORBIDDEN -> reply(exchange, 403, "");
      case NOT_FOUND -> reply(exchange, 404, "not found");
      case WRONG_CONTENT -> reply(exchange, 200, "<html><body>Welcome\nto nginx!</body></html>");
      case HOP_LIMIT_1 -> {
        if (asksToken) {
          closed.await();
        } else {
          metaData(exchange, path, true);
        }
      }
      case V1_ONLY -> {
        if (asksToken) {
          reply(exchange, 404, "");
        } else {
          metaData(exchange, path, false);
        }
      }
      case V2_ONLY, V1_AND_V2 -> {
        if (asksToken) {
          token(exchange);
        } else {
          metaData(exchange, path, imds == Imds.V2_ONLY);
        }
      }
    }
  }

  private void token(HttpExchange exchange) throws IOException {
    String ttl = exchange.getRequestHeaders().getFirst(TTL);
    boolean forwarded = exchange.getRequestHeaders().containsKey("X-Forwarded-For");
    if (!exchange.getRequestMethod().equals("PUT")) {
      reply(exchange, 405, "");
    } else if (forwarded) {
      reply(exchange, 403, "");
    } else if (ttl == null || !ttl.matches("[1-9][0-9]{0,4}") || Integer.parseInt(ttl) > 21600) {
      reply(exchange, 400, "");
    } else {
      exchange.getResponseHeaders().set(TTL, ttl);
      String token = "AQAEAFakeToken" + issued.incrementAndGet() + "==";
      tokens.add(token);
      reply(exchange, 200, token);
    }
  }

  private void metaData(HttpExchange exchange, String path, boolean tokenRequired)
      throws IOException {
    String token = exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token");
    boolean allowed = token == null ? !tokenRequired : tokens.contains(token);
    String prefix = "/latest/meta-data/";
    String value = path.startsWith(prefix) ? metaData.get(path.substring(prefix.length())) : null;
    if (!allowed) {
      reply(exchange, 401, "");
    } else if (value == null) {
      reply(exchange, 404, "");
    } else {
      reply(exchange, 200, value);
    }
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Arguments: host address, network mode, behaviour in lower case, then {@code address:port}s. */
  public static void main(String[] args) throws IOException {
    Imds imds = Imds.valueOf(args[2].toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
    var fake = new FakeMetadata(imds, instance(args[0])).task(args[1], args[0]);
    for (int i = 3; i < args.length; i++) {
      int colon = args[i].lastIndexOf(':');
      String base =
          fake.bind(args[i].substring(0, colon), Integer.parseInt(args[i].substring(colon + 1)));
      System.out.println(
          base + "/latest/meta-data/local-ipv4 · ECS_CONTAINER_METADATA_URI_V4=" + base + "/v4/me");
    }
  }
}

package fairlead.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * The part of Consul's HTTP API that discovery asks for, with blocking queries, over as many
 * services as wanted: for sizes and faults that a real agent cannot be brought to in a test ({@code
 * spec/consul-wire.md} §2). Any thread.
 */
final class FakeCatalog implements AutoCloseable {
  /** One instance of a service. */
  record Instance(String id, String address, int port, boolean passing) {}

  /** A question that was asked, and when. */
  record Asked(String service, long nanos) {}

  private record Listing(long index, List<Instance> instances) {}

  private final int port;
  private final Map<String, Listing> services = new HashMap<>();
  private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<String> dripping = ConcurrentHashMap.newKeySet();
  private long index = 10;
  private ServerSocket server;

  private FakeCatalog() throws IOException {
    server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    port = server.getLocalPort();
    accept(server);
  }

  static FakeCatalog start() throws IOException {
    return new FakeCatalog();
  }

  int port() {
    return port;
  }

  /** From now on these are the instances; who waits for news of them is told. */
  synchronized void put(String service, List<Instance> instances) {
    index++;
    services.put(service, new Listing(index, instances));
    notifyAll();
  }

  /** From now on answers about this service come byte by byte, ten a second; or not any more. */
  void drip(String service, boolean now) {
    if (now) {
      dripping.add(service);
    } else {
      dripping.remove(service);
    }
  }

  /** What was asked since the last call. */
  List<Asked> asked() {
    var all = new ArrayList<Asked>();
    for (Asked each = asked.poll(); each != null; each = asked.poll()) {
      all.add(each);
    }
    return all;
  }

  /** The server ends, and so does every connection. */
  void goAway() throws IOException {
    server.close();
    for (Socket each : open) {
      each.close();
    }
  }

  /** It is back, with all it knew. */
  void comeBack() throws IOException {
    server = new ServerSocket(port, 500, InetAddress.getLoopbackAddress());
    accept(server);
  }

  private void accept(ServerSocket from) {
    Thread.ofVirtual()
        .name("fake-catalog")
        .start(
            () -> {
              try {
                while (true) {
                  Socket socket = from.accept();
                  Thread.ofVirtual().name("fake-catalog-connection").start(() -> serve(socket));
                }
              } catch (IOException _) {
                // It was told to go away.
              }
            });
  }

  private void serve(Socket socket) {
    open.add(socket);
    try (socket) {
      socket.setTcpNoDelay(true);
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        for (String h = in.readLine(); h != null && !h.isEmpty(); h = in.readLine()) {
          assert h.indexOf(':') > 0 : h;
        }
        answer(URI.create(line.split(" ", -1)[1]), socket.getOutputStream());
      }
    } catch (IOException _) {
      // By either side.
    } finally {
      open.remove(socket);
    }
  }

  private void answer(URI target, OutputStream out) throws IOException {
    String prefix = "/v1/health/service/";
    if (!target.getPath().startsWith(prefix)) {
      boolean self = target.getPath().equals("/v1/agent/self");
      String body = self ? "{\"Config\":{\"Datacenter\":\"dc1\",\"NodeName\":\"n1\"}}" : "";
      String head = self ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 Not Found";
      String all = head + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
      out.write(all.getBytes(StandardCharsets.US_ASCII));
      return;
    }
    String service = target.getPath().substring(prefix.length());
    asked.add(new Asked(service, System.nanoTime()));
    Map<String, String> query = query(target.getQuery());
    Listing listing = await(service, query);
    boolean passing = query.containsKey("passing");
    String body =
        listing.instances().stream()
            .filter(each -> each.passing() || !passing)
            .map(each -> json(service, each))
            .collect(Collectors.joining(",", "[", "]"));
    byte[] bytes =
        """
        HTTP/1.1 200 OK\r
        Content-Type: application/json\r
        X-Consul-Effective-Consistency: leader\r
        X-Consul-Index: %d\r
        X-Consul-Knownleader: true\r
        X-Consul-Lastcontact: 0\r
        Content-Length: %d\r
        \r
        %s\
        """
            .formatted(listing.index(), body.length(), body)
            .getBytes(StandardCharsets.US_ASCII);
    if (dripping.contains(service)) {
      drip(service, bytes, out);
    } else {
      out.write(bytes);
    }
  }

  private void drip(String service, byte[] bytes, OutputStream out) throws IOException {
    for (byte each : bytes) {
      out.write(each);
      if (dripping.contains(service)) {
        Eventually.pause(Duration.ofMillis(100));
      }
    }
  }

  private static Map<String, String> query(String query) {
    var all = new HashMap<String, String>();
    for (String part : (query == null ? "" : query).split("&", -1)) {
      int equals = part.indexOf('=');
      all.put(equals < 0 ? part : part.substring(0, equals), part.substring(equals + 1));
    }
    return all;
  }

  /** Holds a question for news as long as it says. */
  private synchronized Listing await(String service, Map<String, String> query) {
    long seen = Long.parseLong(query.getOrDefault("index", "0"));
    long wait = Long.parseLong(query.getOrDefault("wait", "0ms").replace("ms", ""));
    long end = System.nanoTime() + Duration.ofMillis(wait + wait / 32).toNanos();
    Listing listing = services.getOrDefault(service, new Listing(index, List.of()));
    for (long left = 1; listing.index() == seen && left > 0; ) {
      left = (end - System.nanoTime()) / 1_000_000;
      try {
        wait(Math.clamp(left, 1, 60_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new IOException(e));
      }
      listing = services.getOrDefault(service, listing);
    }
    return listing;
  }

  private static String json(String service, Instance each) {
    return """
    {"Node":{"ID":"b81e456f","Node":"n1","Address":"127.0.0.1","Datacenter":"dc1"},\
    "Service":{"ID":"%2$s","Service":"%1$s","Tags":[],"Address":"%3$s","Meta":null,"Port":%4$d,\
    "Weights":{"Passing":1,"Warning":1},"CreateIndex":14,"ModifyIndex":14},\
    "Checks":[{"Node":"n1","CheckID":"serfHealth","Name":"Serf Health Status","Status":"passing","Output":"Agent alive and reachable","ServiceID":""},\
    {"Node":"n1","CheckID":"service:%2$s","Name":"check","Status":"%5$s","Output":"HTTP GET: said so","ServiceID":"%2$s","ServiceName":"%1$s"}]}\
    """
        .formatted(
            service,
            each.id(),
            each.address(),
            each.port(),
            each.passing() ? "passing" : "critical");
  }

  @Override
  public void close() throws IOException {
    goAway();
  }
}

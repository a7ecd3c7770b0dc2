package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.e2e.Caller.Answer;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.http2.HeaderBlock;
import fairlead.telemetry.OpenMetricsPage;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A crowd of callers holds more than the program has: what is new is refused with a clear answer,
 * and all is well once they have gone. Needs no root.
 */
@Timeout(180)
class LittleMemoryTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final Duration SOON = Duration.ofSeconds(30);

  /** More than fill any memory that is given here. */
  private static final int MOST = 4000;

  private static final int SERVICES = 2000;

  private static final int SERVICES_A_SCRAPE = 45;

  /** Of metrics, in all forms. */
  private static final List<String> PAGES =
      List.of(
          "/admin/metrics.json",
          "/admin/metrics.json?tree=true",
          "/admin/metrics/prometheus",
          "/admin/metrics/prometheus?names=conventional",
          "/admin/metrics/influxdb");

  /** Of each connection of HTTP/2 in a crowd. */
  private static final int STREAMS = 20;

  private static final long WIDEST_WINDOW = (1L << 31) - 1;
  private static final long FIRST_WINDOW = 65_535;

  private static final List<String> LITTLE_HEAP = List.of("-Xmx40m", "-Xmn6m");
  private static final List<String> FEW_BUFFERS =
      List.of("-Xmx128m", "-XX:MaxDirectMemorySize=32m");

  private final Place place = Place.loopback();
  private final List<Closeable> crowd = new ArrayList<>();
  private ServerSocket hole;
  private ServerSocket endless;
  private Service web;
  private int port;
  private int admin;

  @TempDir Path dir;

  @BeforeEach
  void start() throws IOException {
    port = Parts.freePort(ADDRESS);
    admin = Parts.freePort(ADDRESS);
    web = Service.start(place, "web", "web-1");
    hole = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
    endless = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(endless));
  }

  @AfterEach
  void stop() throws IOException {
    leave();
    endless.close();
    hole.close();
    web.close();
  }

  /** Each has sent a long head and half a body to a service that never says a word. */
  @Test
  void fault26_longHeadsThatFillTheHeapAreShedFrom() throws Exception {
    String asked =
        "POST / HTTP/1.1\r\nHost: hole\r\nContent-Length: 9\r\nX-Long: "
            + "x".repeat(7000)
            + "\r\n\r\n12345";
    try (Fairlead fairlead = run(LITTLE_HEAP)) {
      isShedFrom(fairlead, () -> join(asked), 20);
    }
  }

  /** Each is asked for once: what was idle longest makes room for what comes. */
  @Test
  void fault26_moreServicesThanTheHeapHoldsAreServedAllTheSame() throws Exception {
    announceServices();
    try (Fairlead fairlead = run(LITTLE_HEAP);
        Caller caller = new Caller(place.at(port), SOON)) {
      for (int n = 0; n < SERVICES; n++) {
        Answer answer = caller.send("GET", "s" + n, "/", "");
        assertThat(answer.status())
            .as("s%d: %s%s", n, answer, fairlead.program().tail())
            .isEqualTo(200);
      }

      assertThat(fairlead.metric("jvm/mem/shortages")).isZero();
      assertThat(fairlead.metric("bindcache/path/evicts")).isPositive();
      assertThat(fairlead.program().output()).contains("names that were not used for longest");
      assertThat(keys(fairlead, "rt/http/client/.*/connects"))
          .as("what was let go of took its client along")
          .isLessThanOrEqualTo(keys(fairlead, "rt/http/service/.*/requests"));
    }
  }

  /** A heap that is full of names has no room for a page of all their metrics. */
  @Test
  void fault26_scrapesWhileTheHeapIsFullOfServicesCostNobodyAnything() throws Exception {
    announceServices();
    try (Fairlead fairlead = run(LITTLE_HEAP);
        Caller caller = new Caller(place.at(port), SOON)) {
      for (int n = 0; n < SERVICES; n++) {
        assertThat(send(caller, "s" + n).status()).isEqualTo(200);
        if (n % SERVICES_A_SCRAPE == 0) {
          String page = PAGES.get(n / SERVICES_A_SCRAPE % PAGES.size());
          String accept = "Accept: " + (n % 2 == 0 ? "text/plain" : OpenMetricsPage.TYPE);
          assertThat(fairlead.admin(page, accept)).as("after %d: %s", n, page).contains("s" + n);
        }
      }

      assertThat(fairlead.metric("jvm/mem/shortages")).isZero();
      assertThat(fairlead.metric("bindcache/path/evicts")).isPositive();
    }
  }

  private void announceServices() throws IOException {
    Path services = services();
    for (int n = 0; n < SERVICES; n++) {
      Files.writeString(services.resolve("s" + n), "127.0.0.1 " + web.port());
    }
  }

  /** How many metrics have such a name. */
  private static long keys(Fairlead fairlead, String pattern) throws IOException {
    var names = new ObjectMapper().readTree(fairlead.admin("/admin/metrics.json")).fieldNames();
    var all = Pattern.compile(pattern).asMatchPredicate();
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(names, 0), false)
        .filter(all)
        .count();
  }

  /** Each has asked for an answer without end, and takes nothing of it. */
  @Test
  void fault26_slowReadersThatFillTheBuffersAreShedFrom() throws Exception {
    String asked = "GET / HTTP/1.1\r\nHost: endless\r\n\r\n";
    try (Fairlead fairlead = run(FEW_BUFFERS)) {
      areShedFromTwice(fairlead, () -> join(asked), 20);
    }
  }

  /** The same with streams, for which their callers open no window. */
  @Test
  void fault26_streamsWithoutAWindowThatFillTheBuffersAreShedFrom() throws Exception {
    try (Fairlead fairlead = run(FEW_BUFFERS)) {
      areShedFromTwice(fairlead, () -> joinByStreams(0), 1);
    }
  }

  /** The same with streams that may bring all there is, on connections that nobody reads. */
  @Test
  void fault26_streamsOfConnectionsThatNobodyReadsAreShedFrom() throws Exception {
    try (Fairlead fairlead = run(FEW_BUFFERS)) {
      areShedFromTwice(fairlead, () -> joinByStreams(WIDEST_WINDOW), 1);
    }
  }

  private void areShedFromTwice(Fairlead fairlead, Joining joining, int step) throws Exception {
    int first = isShedFrom(fairlead, joining, step);

    assertThat(isShedFrom(fairlead, joining, step))
        .as("as many as before: all that they held was given back")
        .isGreaterThan(first * 2 / 3);
    assertThat(fairlead.metric("jvm/mem/shortages")).isGreaterThanOrEqualTo(2);
    assertThat(fairlead.program().output()).contains("; buffers ").doesNotContain("OutOf");
  }

  /**
   * All come before the first of them is known to be slow: who is let in may lose its connection.
   */
  @Test
  void fault26_aRushOfSlowReadersCostsNobodyElse() throws Exception {
    byte[] asked = ascii("GET / HTTP/1.1\r\nHost: endless\r\n\r\n");
    try (Fairlead fairlead = run(FEW_BUFFERS)) {
      rushCostsNobodyElse(
          fairlead,
          () -> {
            List<Socket> all = new ArrayList<>();
            for (int n = 0; n < MOST / 2; n++) {
              all.add(connect());
              crowd.add(all.getLast());
            }
            for (Socket each : all) {
              each.getOutputStream().write(asked);
            }
          });
    }
  }

  @Test
  void fault26_aRushOfStreamsThatNobodyReadsCostsNobodyElse() throws Exception {
    try (Fairlead fairlead = run(FEW_BUFFERS)) {
      rushCostsNobodyElse(
          fairlead,
          () -> {
            for (int n = 0; n < MOST / 2 / STREAMS; n++) {
              crowd.add(joinByStreams(n % 2 == 0 ? 0 : WIDEST_WINDOW));
            }
          });
    }
  }

  private void rushCostsNobodyElse(Fairlead fairlead, Rush rush) throws Exception {
    try (Caller late = new Caller(place.at(port), SOON)) {
      var answer = CompletableFuture.supplyAsync(() -> send(late, "hole"));
      try (Socket backend = hole.accept()) {
        assertThat(backend.getInputStream().read()).as("the request is on its way").isEqualTo('G');
        rush.come();
        Eventually.until(
            () -> "memory is scarce" + fairlead.program().tail(),
            SOON,
            () -> fairlead.metric("jvm/mem/shortages") > 0);

        backend.getOutputStream().write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("ok");
      }
      assertThat(fairlead.pings()).as("the admin port%s", fairlead.program().tail()).isTrue();

      recovers(fairlead);
      assertThat(fairlead.metric("failure_accrual/removals")).as("held against nobody").isZero();
      assertThat(fairlead.metric("jvm/mem/buffer/direct/used")).isBetween(1e6, 32.0 * (1 << 20));
    }
  }

  /** Fills it by callers who join; returns how many there was room for. */
  private int isShedFrom(Fairlead fairlead, Joining joining, int step) throws Exception {
    int room;
    Answer onNew;
    Answer onKept;
    try (Caller kept = new Caller(place.at(port), SOON);
        FrameWire byStreams = FrameWire.greeted(place.at(port));
        Caller late = new Caller(place.at(port), SOON)) {
      assertThat(kept.send("GET", "web", "/", "").status()).isEqualTo(200);
      var begun = CompletableFuture.supplyAsync(() -> send(late, "hole"));
      try (Socket backend = hole.accept()) {
        onNew = fill(joining, step);
        room = crowd.size();
        onKept = kept.send("GET", "web", "/", "");
        byStreams.get(1, "/");
        assertThat(byStreams.answer(1).status()).as("of a stream").isEqualTo("503");
        backend.getOutputStream().write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        assertThat(begun.get(30, TimeUnit.SECONDS).body()).as("what was begun").isEqualTo("ok");
      }
    }

    for (Answer refused : List.of(onNew, onKept)) {
      assertThat(refused.status()).as("%s%s", refused, fairlead.program().tail()).isEqualTo(503);
      assertThat(refused.body()).contains("emory is nearly spent");
      assertThat(refused.header("finagle-http-nack")).isEqualTo("true");
      assertThat(refused.header("retry-after")).isEqualTo("0");
    }
    assertThat(fairlead.program().output()).contains("memory is nearly spent: new requests");
    assertThat(fairlead.pings()).as("the admin port%s", fairlead.program().tail()).isTrue();
    assertThat(fairlead.metric("jvm/mem/shortages")).isPositive();
    assertThat(fairlead.metric("/memory_refused") + fairlead.metric("/connections_refused"))
        .isPositive();
    recovers(fairlead);
    return room;
  }

  private void recovers(Fairlead fairlead) throws IOException {
    leave();
    Eventually.until(() -> "served again" + fairlead.program().tail(), SOON, this::isServed);
    assertThat(fairlead.metric("jvm/mem/scarce")).isZero();
    assertThat(fairlead.program().running()).isTrue();
    assertThat(fairlead.program().output()).doesNotContain("IllegalReferenceCount");
  }

  /** More and more of them, until another caller is refused: that answer. */
  private Answer fill(Joining joining, int step) throws IOException {
    while (crowd.size() < MOST) {
      for (int n = 0; n < step; n++) {
        crowd.add(joining.join());
      }
      Answer last = another();
      if (last != null && last.status() != 200) {
        return last;
      }
    }
    throw new AssertionError("nobody was refused beside " + MOST);
  }

  /** How a whole crowd does, all at once. */
  private interface Rush {
    void come() throws IOException;
  }

  /** How one of a crowd comes and asks. */
  private interface Joining {
    Closeable join() throws IOException;
  }

  private Socket connect() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(place.at(port));
    return socket;
  }

  private Socket join(String asked) throws IOException {
    Socket socket = connect();
    socket.getOutputStream().write(ascii(asked));
    return socket;
  }

  /** One connection with many streams, each of which asks for an answer without end. */
  private FrameWire joinByStreams(long window) throws IOException {
    var wire = FrameWire.connect(place.at(port));
    wire.preface();
    wire.send(Frame.settings(Frame.INITIAL_WINDOW_SIZE, window));
    wire.send(Frame.windowUpdate(0, WIDEST_WINDOW - FIRST_WINDOW));
    for (int n = 0; n < STREAMS; n++) {
      wire.send(Frame.headers(2 * n + 1, endless(), true));
    }
    return wire;
  }

  private static HeaderBlock endless() {
    return FrameWire.block(":method: GET", ":scheme: http", ":path: /", ":authority: endless");
  }

  /** Null when it was among those whom the shortage hit. */
  private @Nullable Answer another() {
    try {
      return ask();
    } catch (IOException _) {
      return null;
    }
  }

  private Answer ask() throws IOException {
    try (Caller caller = new Caller(place.at(port), SOON)) {
      return caller.send("GET", "web", "/", "");
    }
  }

  private boolean isServed() {
    Answer answer = another();
    return answer != null && answer.status() == 200;
  }

  private static Answer send(Caller caller, String host) {
    try {
      return caller.send("GET", host, "/", "");
    } catch (IOException e) {
      throw new AssertionError(host + ": " + e, e);
    }
  }

  private void leave() throws IOException {
    for (Closeable each : crowd) {
      each.close();
    }
    crowd.clear();
  }

  private static void accept(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        Socket caller = listening.accept();
        caller.setSendBufferSize(16_384);
        Thread.ofVirtual().start(() -> answerWithoutEnd(caller));
      } catch (IOException _) {
        return; // the test is over
      }
    }
  }

  private static void answerWithoutEnd(Socket caller) {
    byte[] some = new byte[8192];
    try (caller) {
      OutputStream out = caller.getOutputStream();
      out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"));
      while (true) {
        out.write(some);
      }
    } catch (IOException _) {
      return; // the proxy has closed it
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private Path services() throws IOException {
    return Files.createDirectories(dir.resolve("services"));
  }

  private Fairlead run(List<String> memory) throws IOException {
    Path config =
        Files.writeString(
            dir.resolve("fairlead.yaml"),
            """
            admin: {ip: 127.0.0.1, port: %d}
            telemetry: [{kind: io.l5d.prometheus}, {kind: io.l5d.influxdb}]
            namers: [{kind: io.l5d.fs, rootDir: %s}]
            routers:
            - protocol: http
              bindingCache: {paths: 10000, trees: 10000, bounds: 10000, clients: 10000}
              dtab: |
                /svc => /#/io.l5d.fs ;
                /svc/web => /$/inet/127.0.0.1/%d ;
                /svc/hole => /$/inet/127.0.0.1/%d ;
                /svc/endless => /$/inet/127.0.0.1/%d ;
              servers: [{port: %d, ip: 127.0.0.1, http2: true}]
            """
                .formatted(
                    admin,
                    services(),
                    web.port(),
                    hole.getLocalPort(),
                    endless.getLocalPort(),
                    port));
    var jvm = new ArrayList<>(memory);
    jvm.add("-XX:+ExitOnOutOfMemoryError");
    return Fairlead.start(place, config, admin, jvm).awaitReady(port);
  }
}

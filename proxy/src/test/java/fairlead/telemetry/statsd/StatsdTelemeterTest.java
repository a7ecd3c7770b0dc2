package fairlead.telemetry.statsd;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.Blocking;
import fairlead.activity.LoopSerialExecutor;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.TelemeterConfig;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real UDP socket gets. */
class StatsdTelemeterTest {
  private static final Duration NEVER = Duration.ofDays(1);

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
  private final MetricsTree tree = new MetricsTree();
  private final DefaultEventExecutor thread = new DefaultEventExecutor();
  private DatagramSocket statsd;

  @BeforeEach
  void listen() throws IOException {
    statsd = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    statsd.setSoTimeout(30_000);
  }

  @AfterEach
  void close() {
    statsd.close();
    thread.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void aCounterIsToldAsWhatCameOnTopAndAGaugeAsItIs() throws Exception {
    var server = tree.scope("rt").scope("http").scope("server").scope("0.0.0.0/4140");
    var requests = server.counter("requests");
    requests.add(3);
    server.gauge("connections", () -> 2.5);
    var telemeter = start("l5d", 1, Duration.ofMillis(5));

    assertThat(receiveUntil("requests"))
        .contains("l5d.rt.http.server.0_0_0_0.4140.requests:3|c")
        .contains("l5d.rt.http.server.0_0_0_0.4140.connections:2.5|g");

    requests.add(4);
    assertThat(receiveUntil("requests")).contains("l5d.rt.http.server.0_0_0_0.4140.requests:4|c");
    telemeter.end().toCompletableFuture().join();
  }

  @Test
  void theLastOfItIsSentAtTheEnd() throws Exception {
    var telemeter = start("linkerd", 1, NEVER);
    tree.counter("requests").add(7);
    var latency = tree.scope("rt").stat("latency_ms");
    latency.add(12);
    latency.add(12);

    telemeter.end().toCompletableFuture().join();

    assertThat(receiveUntil("latency_ms"))
        .contains("linkerd.requests:7|c")
        .containsOnlyOnce("linkerd.rt.latency_ms:12|ms\nlinkerd.rt.latency_ms:12|ms");
  }

  @Test
  void samplesAreDrawnAtTheRateAndSayIt() throws Exception {
    var telemeter = start("linkerd", 0.25, NEVER);
    for (int i = 0; i < 1000; i++) {
      tree.stat("latency_ms").add(9);
    }

    telemeter.end().toCompletableFuture().join();

    List<String> lines = new ArrayList<>();
    while (lines.size() < 150) {
      lines.addAll(receive().lines().filter(line -> line.contains("latency_ms")).toList());
    }
    assertThat(lines).hasSizeBetween(150, 350).containsOnly("linkerd.latency_ms:9|ms|@0.25");
  }

  @Test
  void aGaugeBelowZeroIsSetAndNotSubtracted() throws Exception {
    tree.scope("jvm").gauge("max", () -> -1);
    var telemeter = start("linkerd", 1, NEVER);

    telemeter.end().toCompletableFuture().join();

    assertThat(receiveUntil("jvm")).contains("linkerd.jvm.max:0|g\nlinkerd.jvm.max:-1|g");
  }

  @Test
  void aScopeThatCameBackCountsFromNothing() throws Exception {
    tree.scope("client").counter("requests").add(5);
    var telemeter = start("linkerd", 1, Duration.ofMillis(5));
    assertThat(receiveUntil("client")).contains("linkerd.client.requests:5|c");

    tree.scope("client").remove();
    tree.scope("client").counter("requests").add(2);

    assertThat(receiveUntil("client")).contains("linkerd.client.requests:2|c");
    telemeter.end().toCompletableFuture().join();
  }

  @Test
  void packetsPassInOnePieceHoweverMuchThereIs() throws Exception {
    for (int i = 0; i < 200; i++) {
      tree.scope("svc").counter("service-number-" + i + "!").increment();
    }
    var telemeter = start("linkerd", 1, NEVER);

    telemeter.end().toCompletableFuture().join();

    List<String> lines = new ArrayList<>();
    while (lines.size() < 200) {
      String packet = receive();
      assertThat(packet.length()).isLessThanOrEqualTo(1432);
      lines.addAll(packet.lines().filter(line -> line.contains("svc")).toList());
    }
    assertThat(lines).contains("linkerd.svc.service_number_7_:1|c").doesNotHaveDuplicates();
  }

  private StatsdTelemeter start(String prefix, double rate, Duration interval) {
    var config =
        new TelemeterConfig.Statsd(prefix, "127.0.0.1", statsd.getLocalPort(), interval, rate);
    return StatsdTelemeter.start(
        config, tree, new LoopSerialExecutor(thread), Blocking.platformThreads(), random);
  }

  private String receive() throws IOException {
    var packet = new DatagramPacket(new byte[2000], 2000);
    statsd.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
  }

  /** The first packet that speaks of it. */
  private String receiveUntil(String what) throws IOException {
    String packet = receive();
    while (!packet.contains(what)) {
      packet = receive();
    }
    return packet;
  }
}

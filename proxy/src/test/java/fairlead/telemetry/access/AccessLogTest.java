package fairlead.telemetry.access;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.telemetry.MetricsTree;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AccessLogTest {
  private final MetricsTree metrics = new MetricsTree();

  @Test
  void writesTheLinesOfAllHandsWholeAndEachHandsInOrder() throws Exception {
    var written = new ConcurrentLinkedQueue<String>();
    var log = new AccessLog((b, from, to) -> written.add(text(b, from, to)), "test", metrics);
    var hands = new AccessLog.Hand[] {log.hand(), log.hand()};
    var threads =
        Arrays.stream(hands).map(hand -> Thread.ofPlatform().start(() -> fill(hand))).toList();
    for (var thread : threads) {
      thread.join();
    }
    log.close();

    var lines = written.stream().collect(Collectors.joining()).split("\n", -1);
    assertThat(metrics.counter("dropped").sum()).isZero();
    assertThat(metrics.counter("lines").sum()).isEqualTo(10_000);
    assertThat(lines).hasSize(10_001).endsWith("");
    for (var hand : hands) {
      String name = Integer.toString(System.identityHashCode(hand));
      assertThat(Arrays.stream(lines).filter(l -> l.startsWith(name + " ")).map(l -> number(l)))
          .isSorted()
          .hasSize(5000);
    }
  }

  @Test
  void fault30_aPipeThatNobodyReadsHoldsNobodyUp() throws Exception {
    var pipe = Pipe.open();
    var out = Channels.newOutputStream(pipe.sink());
    var log = new AccessLog(new StreamSink(out), "test", metrics);
    var hand = log.hand();
    byte[] line = ("x".repeat(1000) + "\n").getBytes(StandardCharsets.US_ASCII);

    for (int i = 0; i < 10_000; i++) { // ten megabytes; the pipe takes 64 KiB
      hand.add(line, line.length);
    }
    long dropped = metrics.counter("dropped").sum();

    assertThat(dropped).isGreaterThan(9000);
    var reader = Thread.ofVirtual().start(() -> drain(pipe));
    log.close();
    pipe.sink().close();
    reader.join();
    assertThat(metrics.counter("lines").sum()).isEqualTo(10_000 - dropped);
  }

  @Test
  void fault29_whatCannotBeWrittenIsCountedAndLaterLinesAreWritten() throws Exception {
    var full = new Semaphore(1);
    var tried = new CountDownLatch(1);
    var written = new ConcurrentLinkedQueue<String>();
    LineSink sink =
        (bytes, from, to) -> {
          if (full.tryAcquire()) {
            tried.countDown();
            throw new IOException("No space left on device");
          }
          written.add(text(bytes, from, to));
        };
    var log = new AccessLog(sink, "test", metrics);
    var hand = log.hand();

    hand.add("lost\n".getBytes(StandardCharsets.US_ASCII), 5);
    tried.await();
    hand.add("kept\n".getBytes(StandardCharsets.US_ASCII), 5);
    log.close();

    assertThat(written).containsExactly("kept\n");
    assertThat(metrics.counter("dropped").sum()).isEqualTo(1);
    assertThat(metrics.counter("lines").sum()).isEqualTo(1);
  }

  private static void fill(AccessLog.Hand hand) {
    for (int i = 0; i < 5000; i++) {
      String line = System.identityHashCode(hand) + " " + i + "\n";
      byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
      hand.add(bytes, bytes.length); // 100 KB of 256: nothing is dropped however slow the writer
    }
  }

  private static int number(String line) {
    return Integer.parseInt(line.substring(line.indexOf(' ') + 1));
  }

  private static void drain(Pipe pipe) {
    try (var in = Channels.newInputStream(pipe.source())) {
      var _ = in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}

package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.server.GuardConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody gets what is another's, whatever went wrong on the connections that they share. */
@Timeout(60)
class MarkersTest {
  private static final int CALLERS = 8;
  private static final int REQUESTS = 60;

  private final Rig rig = rig();

  /** Slow answers are given up, long before the test is. */
  private static Rig rig() {
    var usual = GuardConfig.DEFAULT;
    var options = new Rig.Options();
    options.guard =
        new GuardConfig(
            usual.patience(),
            Duration.ofMillis(500),
            usual.maxConnections(),
            usual.proxyProtocolFrom(),
            usual.allowAddressesInDtab());
    return new Rig(options);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void threat62_everyAnswerIsTheCallersOwn(long seed) throws Exception {
    rig.backend("web", MarkersTest::misbehave);
    var done = new ArrayList<CompletableFuture<Integer>>();

    for (int n = 0; n < CALLERS; n++) {
      var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 1000 + n);
      var own = new CompletableFuture<Integer>();
      done.add(own);
      int caller = n;
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  own.complete(call(caller, random));
                } catch (IOException | RuntimeException | AssertionError e) {
                  own.completeExceptionally(new AssertionError("seed " + seed, e));
                }
              });
    }

    int answered = 0;
    for (var own : done) {
      answered += own.get(40, TimeUnit.SECONDS);
    }
    assertThat(answered).isGreaterThan(CALLERS * REQUESTS / 4);
  }

  /** Asks in many moods; how many whole answers there were. Fails when one is not its own. */
  private int call(int caller, RandomGenerator random) throws IOException {
    int answered = 0;
    Wire wire = rig.caller();
    for (int n = 0; n < REQUESTS; n++) {
      String marker = caller + "-" + n + "-" + Integer.toHexString(random.nextInt());
      String mood = MOODS[random.nextInt(MOODS.length)];
      String body = random.nextBoolean() ? "x".repeat(random.nextInt(5000)) : "";
      String head =
          (body.isEmpty() ? "GET" : "POST")
              + " /"
              + mood
              + "/"
              + marker
              + " HTTP/1.1\r\nHost: web\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n";
      try {
        wire.send(head);
        boolean leaves = random.nextInt(6) == 0;
        wire.send(leaves ? body.substring(0, random.nextInt(body.length() + 1)) : body);
        if (leaves) {
          wire.close();
          wire = rig.caller();
          continue;
        }
        answered += own(wire, marker) ? 1 : 0;
      } catch (IOException _) { // Closed in the middle, as some moods do.
        wire.close();
        wire = rig.caller();
      }
    }
    return answered;
  }

  private static final String[] MOODS = {
    "well", "hint", "early", "dies", "half", "more", "close", "slow"
  };

  private static boolean own(Wire wire, String marker) throws IOException {
    String answer = wire.response();
    while (answer.startsWith("HTTP/1.1 1")) {
      assertThat(Wire.header(answer, "Marker")).isEqualTo(marker);
      answer = wire.response();
    }
    if (answer.startsWith("HTTP/1.1 50")) {
      if ("close".equals(Wire.header(answer, "Connection"))) {
        throw new IOException("closed"); // given up before its body was there
      }
      return false;
    }
    assertThat(Wire.header(answer, "Marker")).isEqualTo(marker);
    assertThat(answer).endsWith("\r\n\r\n" + marker);
    if ("close".equals(Wire.header(answer, "Connection"))) {
      throw new IOException("closed");
    }
    return true;
  }

  /** A backend that does what the target asks for. */
  private static void misbehave(Wire wire) throws IOException {
    for (var head = wire.head(); head != null; head = wire.head()) {
      String[] target = head.split(" ", -1)[1].split("/", -1);
      String marker = target[2];
      String start = "HTTP/1.1 200 OK\r\nMarker: " + marker + "\r\n";
      String whole = start + "Content-Length: " + marker.length() + "\r\n\r\n" + marker;
      int length = Integer.parseInt(String.valueOf(Wire.header(head, "Content-Length")));
      switch (target[1]) {
        case "early" -> wire.send(whole);
        case "dies" -> {
          return;
        }
        default -> wire.read(length);
      }
      switch (target[1]) {
        case "hint" -> {
          wire.send("HTTP/1.1 103 Early Hints\r\nMarker: " + marker + "\r\n\r\n");
          wire.send(whole);
        }
        case "early" -> wire.read(length);
        case "slow" -> {
          wire.send("HTTP/1.1 102 Processing\r\nMarker: " + marker + "\r\n\r\n");
          var _ = wire.isAtEnd(); // until it is given up
          return;
        }
        case "half" -> {
          wire.send(whole.substring(0, whole.length() - 2));
          return;
        }
        case "more" -> wire.send(whole + "HTTP/1.1 200 OK\r\nMarker: stray\r\n\r\n");
        case "close" -> {
          wire.send(
              start
                  + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + Integer.toHexString(marker.length())
                  + "\r\n"
                  + marker
                  + "\r\n0\r\n\r\n");
          return;
        }
        default -> wire.send(whole);
      }
    }
  }
}

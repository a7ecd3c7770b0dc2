package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.balance.accrual.AccrualConfig;
import fairlead.client.ClientConfig;
import fairlead.retry.Backoff;
import fairlead.retry.BudgetConfig;
import fairlead.routing.classify.HttpClassifier;
import fairlead.routing.classify.Retryable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever backends do: what they read whole is exactly what was sent, what may be done only once
 * is done only once, and the caller gets the answer to its own request, or an error. Faults by
 * seed.
 */
@Timeout(120)
class RetryFaultsTest {
  private static final int REQUESTS = 250;
  private static final String NACK =
      "HTTP/1.1 503 Busy\r\nfinagle-http-nack: true\r\nContent-Length: 0\r\n\r\n";
  private static final String BAD = "HTTP/1.1 500 Bad\r\nContent-Length: 3\r\n\r\nbad";

  private final Rig rig = rig();

  /** Bodies that were read whole and not nacked, by target. */
  private final Map<String, Queue<String>> done = new ConcurrentHashMap<>();

  private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();

  private static Rig rig() {
    var options = new Rig.Options();
    options.service =
        new ServiceConfig(
            null,
            new BudgetConfig(Duration.ofSeconds(10), 1000, 1),
            Backoff.immediate(),
            new HttpClassifier(Retryable.IDEMPOTENT, false),
            Duration.ofMillis(100),
            null);
    options.client = ClientConfig.DEFAULT.with(new AccrualConfig.Never(), false);
    return new Rig(options);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noBodyIsEverDoubledOrCutShort(long seed) throws Exception {
    var first = rig.unbound(wire -> serve(wire, seed));
    var second = rig.unbound(wire -> serve(wire, seed + 1000));
    rig.interpreter.bind("web", first.address(), second.address());
    var random = new Random(seed);
    int answered = 0;
    for (int i = 0; i < REQUESTS; i++) {
      answered += ask(i, random) ? 1 : 0;
    }

    rig.awaitQuiet("web");
    assertThat(answered).isGreaterThan(REQUESTS / 4);
    assertThat(rig.count("rt/http/service/svc/web/retries/total")).isGreaterThan(50);
    assertThat(rig.count("rt/http/client/#/test/web/retries/requeues")).isGreaterThan(10);
  }

  /** One request in pieces; whether it was answered by the backend, and not with an error. */
  private boolean ask(int id, Random random) throws IOException {
    boolean once = random.nextInt(3) == 0;
    String target = "/" + id;
    String body = (id + ".").repeat(random.nextInt(3) == 0 ? 0 : random.nextInt(2000));
    var request = new StringBuilder();
    request.append(once ? "POST " : "PUT ").append(target).append(" HTTP/1.1\r\nHost: web\r\n");
    if (random.nextBoolean()) {
      request.append("Transfer-Encoding: chunked\r\n\r\n");
      for (int at = 0; at < body.length(); ) {
        int size = Math.min(body.length() - at, 1 + random.nextInt(3000));
        request.append(Integer.toHexString(size)).append("\r\n");
        request.append(body, at, at + size).append("\r\n");
        at += size;
      }
      request.append("0\r\n\r\n");
    } else {
      request.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
    }
    String answer = send(request.toString(), random);

    var seen = done.getOrDefault(target, new ConcurrentLinkedQueue<>());
    assertThat(seen).as("read of %s", target).allMatch(body::equals);
    if (once) {
      assertThat(seen.size()).as("times that %s was done", target).isLessThanOrEqualTo(1);
    }
    if (answer == null || !answer.startsWith("HTTP/1.1 200 ")) {
      return false;
    }
    assertThat(answer).endsWith("\r\n\r\n" + target + " " + body.length());
    assertThat(seen).isNotEmpty();
    return true;
  }

  /** The whole answer, or null when it broke off. */
  private @Nullable String send(String request, Random random) throws IOException {
    try (var caller = rig.caller()) {
      for (int at = 0; at < request.length(); ) {
        int size = Math.min(request.length() - at, 1 + random.nextInt(4000));
        caller.send(request.substring(at, at + size));
        at += size;
      }
      return caller.response();
    } catch (SocketTimeoutException hung) {
      throw new AssertionError("neither answered nor broken off", hung);
    } catch (IOException _) {
      return null;
    }
  }

  private void serve(Wire wire, long seed) throws IOException {
    for (var head = wire.head(); head != null; head = wire.head()) {
      String target = head.split(" ", -1)[1];
      int attempt = attempts.computeIfAbsent(target, _ -> new AtomicInteger()).incrementAndGet();
      var random = new Random(seed * 31 + target.hashCode() * 7919L + attempt);
      switch (random.nextInt(10)) {
        case 0 -> {
          return; // before a byte of the body
        }
        case 1 -> {
          wire.send(BAD); // and hears no more
          return;
        }
        case 2 -> {
          read(wire, head, target, false);
          wire.send(NACK);
        }
        case 3 -> {
          read(wire, head, target, true);
          return; // done, and nobody is told
        }
        case 4, 5 -> {
          read(wire, head, target, true);
          wire.send(BAD);
        }
        case 6 -> {
          read(wire, head, target, true);
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
          return;
        }
        default -> {
          String said = target + " " + read(wire, head, target, true).length();
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + said.length() + "\r\n\r\n" + said);
        }
      }
    }
  }

  private String read(Wire wire, String head, String target, boolean doing) throws IOException {
    String body = wire.bodyOfRequest(head);
    if (doing) {
      done.computeIfAbsent(target, _ -> new ConcurrentLinkedQueue<>()).add(body);
    }
    return body;
  }
}

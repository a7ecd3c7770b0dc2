package fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
  private static final int PAUSE_MILLIS = 200;
  private static final int PAUSED_REQUEST = 500;
  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes";

  /** Answers requests without a body; stands still once, before one of them. */
  private static final class Backend implements AutoCloseable {
    private final ServerSocket listening =
        new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final String answer;
    private final int pausedRequest;

    Backend(String answer, int pausedRequest) throws IOException {
      this.answer = answer;
      this.pausedRequest = pausedRequest;
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return ((InetSocketAddress) listening.getLocalSocketAddress()).getPort();
    }

    private void accept() {
      try {
        while (true) {
          Socket connection = listening.accept();
          connections.incrementAndGet();
          Thread.ofVirtual().start(() -> serve(connection));
        }
      } catch (IOException closed) {
        return;
      }
    }

    private void serve(Socket connection) {
      try (connection) {
        var in = connection.getInputStream();
        int last = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
          last = (last << 8) | next;
          if (last == 0x0D0A0D0A) {
            pause();
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
          }
        }
      } catch (IOException closed) {
        return;
      }
    }

    /** The whole backend stands still, as a process that collects garbage does. */
    private void pause() {
      synchronized (requests) {
        if (requests.incrementAndGet() == pausedRequest) {
          try {
            Thread.sleep(PAUSE_MILLIS);
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        }
      }
    }

    @Override
    public void close() {
      try {
        listening.close();
      } catch (IOException fault) {
        throw new UncheckedIOException(fault);
      }
    }
  }

  @Test
  void aPauseCountsForEveryRequestThatItHoldsUp() throws IOException {
    try (var backend = new Backend(OK, PAUSED_REQUEST)) {
      // 2,000 requests, 200 of which are due in the pause: a tenth waits up to 200 ms.
      var result = run("port=" + backend.port(), "rate=1000", "seconds=2", "warm=0");
      assertThat(result.failed()).isZero();
      assertThat(result.requests()).isBetween(1_700L, 2_300L).isEqualTo(result.latencies().count());
      assertThat(millis(result, 0.999)).isBetween(PAUSE_MILLIS - 20.0, PAUSE_MILLIS * 5.0);
      assertThat(millis(result, 0.95)).isGreaterThan(PAUSE_MILLIS / 4.0);
    }
  }

  @Test
  void requestsThatFindNoFreeConnectionWaitAndCount() throws IOException {
    try (var backend = new Backend(OK, PAUSED_REQUEST)) {
      var result =
          run("port=" + backend.port(), "rate=1000", "seconds=2", "warm=0", "connections=1");
      assertThat(result.failed()).isZero();
      assertThat(backend.connections.get()).isEqualTo(1);
      assertThat(millis(result, 0.95)).isGreaterThan(PAUSE_MILLIS / 4.0);
    }
  }

  @Test
  void aConnectionForEachRequest() throws IOException {
    try (var backend = new Backend(OK, 0)) {
      var result = run("port=" + backend.port(), "rate=200", "seconds=1", "warm=0", "close=true");
      assertThat(result.failed()).isZero();
      assertThat(backend.connections.get()).isEqualTo((int) result.requests());
    }
  }

  @Test
  void anotherStatusIsAFailure() throws IOException {
    try (var backend = new Backend(OK.replace("200 OK", "502 Bad Gateway"), 0)) {
      var result = run("port=" + backend.port(), "rate=100", "seconds=0.5", "warm=0");
      assertThat(result.failed()).isPositive().isEqualTo(result.requests());
    }
  }

  private static OpenLoop.Result run(String... words) {
    try (var arena = Arena.ofConfined()) {
      return new OpenLoop(Plan.parse(List.of(words)), arena).run();
    }
  }

  private static double millis(OpenLoop.Result result, double part) {
    return result.latencies().quantile(part) / 1e6;
  }
}

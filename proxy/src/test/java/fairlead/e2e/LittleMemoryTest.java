package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A crowd of callers holds more than the program has: what is new is refused with a clear answer,
 * and all is well once they have gone. Needs no root.
 */
class LittleMemoryTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final Duration SOON = Duration.ofSeconds(30);

  private final Place place = Place.loopback();

  @TempDir Path dir;

  /** Each has sent a long head and half a body to a service that never says a word. */
  @Test
  void fault26_longHeadsThatFillTheHeapAreShedFrom() throws Exception {
    String head =
        "POST / HTTP/1.1\r\nHost: hole\r\nContent-Length: 9\r\nX-Long: "
            + "x".repeat(7000)
            + "\r\n\r\n12345";
    crowd(4000, head.getBytes(StandardCharsets.US_ASCII));
  }

  private void crowd(int most, byte[] sent) throws Exception {
    int port = Parts.freePort(ADDRESS);
    int admin = Parts.freePort(ADDRESS);
    var crowd = new ArrayList<Socket>();
    try (Service web = Service.start(place, "web", "web-1");
        ServerSocket hole = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
        Fairlead fairlead =
            Fairlead.start(
                place,
                config(port, admin, web, hole),
                admin,
                List.of("-Xmx40m", "-XX:+ExitOnOutOfMemoryError"))) {
      fairlead.awaitReady(port);
      Answer onNew;
      Answer onKept;
      try (Caller kept = new Caller(place.at(port), SOON)) {
        assertThat(kept.send("GET", "web", "/", "").status()).isEqualTo(200);
        onNew = fill(crowd, most, port, sent);
        onKept = kept.send("GET", "web", "/", "");
      }

      for (Answer refused : List.of(onNew, onKept)) {
        assertThat(refused.status()).as("%s%s", refused, fairlead.program().tail()).isEqualTo(503);
        assertThat(refused.body()).contains("emory is nearly spent");
        assertThat(refused.header("finagle-http-nack")).isEqualTo("true");
      }
      assertThat(fairlead.program().output()).contains("memory is nearly spent: new requests");
      assertThat(fairlead.pings()).as("the admin port%s", fairlead.program().tail()).isTrue();
      assertThat(fairlead.metric("jvm/mem/shortages")).isPositive();
      assertThat(fairlead.metric("/memory_refused") + fairlead.metric("/connections_refused"))
          .isPositive();

      leave(crowd);
      Eventually.until(
          () -> "served again" + fairlead.program().tail(), SOON, () -> isServed(port));
      assertThat(fairlead.metric("jvm/mem/scarce")).isZero();
      assertThat(fairlead.program().running()).isTrue();
      assertThat(fairlead.program().output()).doesNotContain("IllegalReferenceCount");
    } finally {
      leave(crowd);
    }
  }

  /** More and more of them, until another caller is refused: that answer. */
  private Answer fill(List<Socket> crowd, int most, int port, byte[] sent) throws IOException {
    while (crowd.size() < most) {
      for (int n = 0; n < 20; n++) {
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(place.at(port));
        crowd.add(socket);
        OutputStream out = socket.getOutputStream();
        out.write(sent);
        out.flush();
      }
      Answer last = another(port);
      if (last != null && last.status() != 200) {
        return last;
      }
    }
    throw new AssertionError("nobody was refused beside " + most);
  }

  /** Null when it was among those whom the shortage hit. */
  private @Nullable Answer another(int port) {
    try {
      return ask(port);
    } catch (IOException _) {
      return null;
    }
  }

  private Answer ask(int port) throws IOException {
    try (Caller caller = new Caller(place.at(port), SOON)) {
      return caller.send("GET", "web", "/", "");
    }
  }

  private boolean isServed(int port) {
    try {
      return ask(port).status() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private static void leave(List<Socket> crowd) throws IOException {
    for (Socket each : crowd) {
      each.close();
    }
    crowd.clear();
  }

  private Path config(int port, int admin, Service web, ServerSocket hole) throws IOException {
    return Files.writeString(
        dir.resolve("fairlead.yaml"),
        """
        admin: {ip: 127.0.0.1, port: %d}
        routers:
        - protocol: http
          dtab: |
            /svc/web => /$/inet/127.0.0.1/%d ;
            /svc/hole => /$/inet/127.0.0.1/%d ;
          servers: [{port: %d, ip: 127.0.0.1}]
        """
            .formatted(admin, web.port(), hole.getLocalPort(), port));
  }
}

package fairlead.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** BoringSSL and the JDK understand each other, and judge peers alike. */
class ProvidersTest {
  @TempDir Path dir;
  private TestCa ca;
  private KeyFiles web;
  private KeyFiles own;

  @BeforeEach
  void certify() {
    ca = new TestCa(dir, "ca");
    web = ca.issue("web.test").write(dir, "web");
    own = ca.issue("own.test").write(dir, "own");
  }

  @Test
  void boringSslIsHereForTheSystemsThatWeShipFor() {
    assertThat(Provider.best()).isEqualTo(Provider.BORINGSSL);
  }

  @ParameterizedTest
  @CsvSource({"BORINGSSL, BORINGSSL", "BORINGSSL, JDK", "JDK, BORINGSSL", "JDK, JDK"})
  void bothSidesAgree(Provider server, Provider client) {
    assertThat(handshake(server, client, "web.test")).isNull();
  }

  @ParameterizedTest
  @CsvSource({"BORINGSSL, BORINGSSL", "JDK, JDK"})
  void anotherNameIsNotTrusted(Provider server, Provider client) {
    var problem = UntrustedPeerException.in(handshake(server, client, "other.test"));

    assertThat(problem)
        .isNotNull()
        .hasMessage("expected a certificate for other.test, got one for DNS web.test");
  }

  /** With certificates on both sides and h2 agreed on; what went wrong for the client. */
  private @Nullable Throwable handshake(Provider server, Provider client, String name) {
    var serverContext =
        ServerTlsContext.of(
            new ServerTls(
                List.of(web), ca.file(), true, List.of(), List.of(), Duration.ofSeconds(5)),
            List.of("h2"),
            server);
    var clientContext =
        ClientTlsContext.of(
            new ClientTls(name, false, List.of(ca.file()), own, List.of()), List.of("h2"), client);
    try {
      return handshake(serverContext, clientContext);
    } finally {
      serverContext.release();
      clientContext.release();
    }
  }

  private static @Nullable Throwable handshake(ServerTlsContext server, ClientTlsContext client) {
    var problem = new Throwable[1];
    var asked = new EmbeddedChannel();
    var asking = new EmbeddedChannel();
    SslHandler serverSide = server.handler(asked.alloc());
    SslHandler clientSide = client.handler(asking.alloc(), "192.0.2.1", 443);
    asked.pipeline().addLast(serverSide);
    asking.pipeline().addLast(clientSide);
    clientSide.handshakeFuture().addListener(done -> problem[0] = done.cause());
    for (int i = 0; i < 20 && !clientSide.handshakeFuture().isDone(); i++) {
      move(asking, asked);
      move(asked, asking);
    }
    assertThat(clientSide.handshakeFuture().isDone()).isTrue();
    if (problem[0] == null) {
      move(asking, asked);
      assertThat(serverSide.handshakeFuture().isSuccess()).isTrue();
      assertThat(serverSide.applicationProtocol()).isEqualTo("h2");
    }
    for (var channel : List.of(asked, asking)) {
      try {
        channel.finishAndReleaseAll();
      } catch (DecoderException told) {
        assertThat(problem[0]).isNotNull(); // it is the future's already
      }
    }
    return problem[0];
  }

  private static void move(EmbeddedChannel from, EmbeddedChannel to) {
    from.runPendingTasks();
    for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
      to.pipeline().fireChannelRead(bytes).fireChannelReadComplete(); // a fault is the future's
    }
  }
}

package fairlead.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the end of a TLS handshake, then makes room for who uses the connection. Event loop
 * only; one a connection.
 */
public final class Handshake extends ChannelInboundHandlerAdapter {
  private final SslHandler ssl;
  private final HandshakeStats stats;
  private final Done done;
  private long startNanos;
  private boolean over;

  /** Told once. Event loop only. */
  public interface Done {
    /** What is added to {@code pipeline} now reads and writes plain text. */
    void secured(ChannelPipeline pipeline, Secured how);

    /** There is no connection, or soon none; the message of {@code why} is fit for anybody. */
    default void failed(SSLException why) {}
  }

  /**
   * What was agreed on.
   *
   * @param protocol by ALPN name; null when there was no agreement
   * @param peer its certificate; null when it showed none
   */
  public record Secured(@Nullable String protocol, @Nullable X509Certificate peer) {}

  private Handshake(SslHandler ssl, HandshakeStats stats, Done done) {
    this.ssl = ssl;
    this.stats = stats;
    this.done = done;
  }

  /** Begins TLS with a caller. */
  public static void withCaller(
      ChannelPipeline pipeline, SslHandler ssl, HandshakeStats stats, Done done) {
    pipeline.addLast(new TlsEdge(true), ssl, new Handshake(ssl, stats, done));
  }

  /** Begins TLS with a backend. */
  public static void withBackend(
      ChannelPipeline pipeline, SslHandler ssl, HandshakeStats stats, Done done) {
    pipeline.addLast(new TlsEdge(false), ssl, new Handshake(ssl, stats, done));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    startNanos = now(context);
    if (context.channel().isActive()) {
      context.read();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    startNanos = now(context);
    context.fireChannelActive();
    context.read();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (!(event instanceof SslHandshakeCompletionEvent completion)) {
      context.fireUserEventTriggered(event);
    } else if (completion.isSuccess()) {
      succeeded(context);
    } else {
      failed(context, completion.cause());
    }
  }

  private void succeeded(ChannelHandlerContext context) {
    if (over) {
      return;
    }
    over = true;
    stats.succeeded(now(context) - startNanos);
    context.channel().closeFuture().addListener(_ -> stats.closed());
    done.secured(context.pipeline(), new Secured(ssl.applicationProtocol(), peer()));
    context.pipeline().remove(this);
  }

  private @Nullable X509Certificate peer() {
    try {
      return ssl.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate peer
          ? peer
          : null;
    } catch (SSLPeerUnverifiedException none) {
      return null;
    }
  }

  private void failed(ChannelHandlerContext context, Throwable why) {
    if (!over) {
      over = true;
      var fault = HandshakeFault.of(why);
      stats.failed(now(context) - startNanos, fault);
      done.failed(fault.explain(why));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    failed(context, new ClosedChannelException());
    context.fireChannelInactive();
  }

  /** The event tells it too, and closes the connection. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
    failed(context, problem);
    var _ = context.close();
  }

  private static long now(ChannelHandlerContext context) {
    return context.executor().ticker().nanoTime();
  }
}

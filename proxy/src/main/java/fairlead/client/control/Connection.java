package fairlead.client.control;

import fairlead.client.control.ControlResult.Answer;
import fairlead.client.control.ControlResult.Cause;
import fairlead.client.control.ControlResult.Failed;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One connection to the origin, with at most one call. Owned by its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes, and closing ends the call
final class Connection extends SimpleChannelInboundHandler<FullHttpResponse> {
  private static final long AT_ONCE_NANOS = Duration.ofSeconds(1).toNanos();

  private final NettyControlClient client;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Call call;
  private boolean reused;
  private boolean closing;
  private long sentNanos;

  Connection(NettyControlClient client) {
    this.client = client;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
  }

  void send(Call next, boolean old) {
    call = next;
    reused = old;
    sentNanos = System.nanoTime();
    next.on(this);
    var request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.GET, next.request().target(), Unpooled.EMPTY_BUFFER);
    request.headers().set(HttpHeaderNames.HOST, client.origin().hostHeader());
    request.headers().set(HttpHeaderNames.ACCEPT_ENCODING, "gzip");
    next.request().headers().forEach((name, value) -> request.headers().set(name, value));
    if (context != null) {
      context.writeAndFlush(request);
    }
  }

  /** The call has ended without us: what is still to come must not be taken for another's. */
  void abandon(Call ended) {
    if (call == ended) {
      call = null;
      close();
    }
  }

  void close() {
    closing = true;
    if (context != null) {
      context.close();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
    if (response.decoderResult().isFailure()) {
      end(failure(response.decoderResult().cause()));
    } else if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
      answered(response);
    }
  }

  private void answered(FullHttpResponse response) {
    var answer =
        new Answer(
            response.status().code(), headers(response), ByteBufUtil.getBytes(response.content()));
    var ended = call;
    call = null;
    if (ended == null || !HttpUtil.isKeepAlive(response)) {
      close();
    } else {
      client.free(this);
    }
    if (ended != null) {
      client.finish(ended, answer);
    }
  }

  private static Map<String, String> headers(FullHttpResponse response) {
    var headers = new HashMap<String, String>();
    for (var header : response.headers()) {
      headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
    }
    return headers;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end(failure(cause));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    client.lost(this, !closing);
    var ended = call;
    if (ended == null) {
      return;
    }
    boolean atOnce = System.nanoTime() - sentNanos < AT_ONCE_NANOS;
    if (reused && atOnce) {
      call = null;
      client.again(ended);
    } else {
      finish(
          new Failed(atOnce ? Cause.RESET_AT_ONCE : Cause.RESET, "connection closed by the peer"));
    }
  }

  private void end(Failed failed) {
    if (failed.cause() == Cause.RESET && context != null) {
      // The close that follows tells an old connection from a peer that had enough.
      context.close();
    } else {
      finish(failed);
    }
  }

  private void finish(Failed failed) {
    var ended = call;
    call = null;
    close();
    if (ended != null) {
      client.finish(ended, failed);
    }
  }

  private static Failed failure(Throwable cause) {
    String detail = String.valueOf(cause.getMessage());
    for (Throwable at = cause; at != null; at = at.getCause()) {
      switch (at) {
        case SSLException _ -> {
          return new Failed(Cause.TLS, detail);
        }
        case TooLongFrameException _ -> {
          return new Failed(Cause.TOO_LARGE, detail);
        }
        case java.io.IOException _ -> {
          return new Failed(Cause.RESET, detail);
        }
        case PrematureChannelClosureException _ -> {
          return new Failed(Cause.RESET, detail); // the codec tells of the end before the channel
        }
        default -> {}
      }
    }
    return new Failed(
        Cause.MALFORMED, cause instanceof DecompressionException ? "not gzip: " + detail : detail);
  }
}

package fairlead.admin;

import fairlead.http.ContentCoding;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the admin port, one answer after the other. Owned by the admin thread. */
final class AdminConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(AdminConnection.class);
  private static final int MAX_PIPELINED = 16;

  /** How much of a body is on its way at once, about. */
  private static final int PIECE = 64 * 1024;

  /** A request that waits for its turn. */
  private record Turn(@Nullable AdminRequest request, boolean keepAlive, long startNanos) {}

  private final Supplier<AdminSite> site;
  private final AdminStats stats;
  private final TextCompression compression;
  private final Queue<Turn> waiting = new ArrayDeque<>();
  private boolean answering;

  AdminConnection(Supplier<AdminSite> site, AdminStats stats, TextCompression compression) {
    this.site = site;
    this.stats = stats;
    this.compression = compression;
  }

  /** Of a connection that may have been open for a while, as one with TLS has. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    stats.connected();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stats.disconnected();
    ctx.fireChannelInactive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
    if (waiting.size() >= MAX_PIPELINED) {
      var _ = ctx.close();
      return;
    }
    var request = read(ctx, message);
    boolean keepAlive = request != null && HttpUtil.isKeepAlive(message);
    waiting.add(new Turn(request, keepAlive, ctx.executor().ticker().nanoTime()));
    next(ctx);
  }

  private void next(ChannelHandlerContext ctx) {
    var turn = answering ? null : waiting.poll();
    if (turn == null) {
      return;
    }
    answering = true;
    answer(turn.request)
        .whenComplete(
            (response, failure) ->
                ctx.executor().execute(() -> write(ctx, turn, response, failure)));
  }

  private CompletionStage<AdminResponse> answer(@Nullable AdminRequest request) {
    if (request == null) {
      return AdminResponse.empty(HttpResponseStatus.BAD_REQUEST).now();
    }
    var now = site.get();
    var gate = now.gate();
    var refusal = gate == null ? null : gate.refusal(request);
    if (refusal != null) {
      return refusal.now();
    }
    try {
      return now.pages().pageAt(request.path()).answer(request);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void write(
      ChannelHandlerContext ctx,
      Turn turn,
      @Nullable AdminResponse response,
      @Nullable Throwable failure) {
    if (response == null) {
      LOG.error("admin: {}: no answer", turn.request == null ? "?" : turn.request.path(), failure);
      response = AdminResponse.empty(HttpResponseStatus.INTERNAL_SERVER_ERROR);
    }
    long nanos = ctx.executor().ticker().nanoTime() - turn.startNanos;
    stats.answered(response.status().code(), TimeUnit.NANOSECONDS.toMillis(nanos));
    List<String> accepted =
        turn.request == null
            ? List.of()
            : turn.request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING);
    var coding = TextCompression.codingOf(response, accepted);
    var body = coding == null ? response.body() : compression.compress(response.body(), coding);
    var _ = ctx.write(head(response, coding, body.length(), turn));
    writeBody(ctx, turn, body.chunks().iterator());
  }

  /** One piece after the other, each of which is copied: the next one once it is on its way. */
  private void writeBody(ChannelHandlerContext ctx, Turn turn, Iterator<ByteBuffer> rest) {
    var piece = new ArrayList<ByteBuffer>();
    for (int bytes = 0; rest.hasNext() && bytes < PIECE; bytes += piece.getLast().remaining()) {
      piece.add(rest.next());
    }
    // The codec leaves out the body of an answer to HEAD.
    var content = Unpooled.wrappedBuffer(piece.toArray(ByteBuffer[]::new));
    if (rest.hasNext()) {
      ctx.writeAndFlush(new DefaultHttpContent(content))
          .addListener(
              (ChannelFuture written) -> {
                if (written.isSuccess()) {
                  writeBody(ctx, turn, rest);
                } else {
                  var _ = ctx.close();
                }
              });
      return;
    }
    var written = ctx.writeAndFlush(new DefaultLastHttpContent(content));
    if (!turn.keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
    answering = false;
    next(ctx);
  }

  private static HttpResponse head(
      AdminResponse response, @Nullable ContentCoding coding, long length, Turn turn) {
    var message = new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status());
    var headers = message.headers();
    headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
    if (coding != null) {
      headers.set(HttpHeaderNames.CONTENT_ENCODING, coding.word());
    }
    headers.set("X-Content-Type-Options", "nosniff");
    if (!response.type().isEmpty()) {
      headers.set(HttpHeaderNames.CONTENT_TYPE, response.type());
    }
    response.headers().forEach(headers::set);
    if (!turn.keepAlive) {
      headers.set(HttpHeaderNames.CONNECTION, "close");
    }
    return message;
  }

  /** Null when it cannot be understood. */
  private static @Nullable AdminRequest read(ChannelHandlerContext ctx, FullHttpRequest message) {
    boolean hostMissing =
        message.protocolVersion().equals(HttpVersion.HTTP_1_1)
            && !message.headers().contains(HttpHeaderNames.HOST);
    if (message.decoderResult().isFailure() || hostMissing) {
      return null;
    }
    try {
      var query = new QueryStringDecoder(message.uri());
      String body = message.content().toString(StandardCharsets.UTF_8);
      var request =
          new AdminRequest(
              message.method(),
              message.uri(),
              query.path(),
              query.parameters(),
              message.headers(),
              body,
              (InetSocketAddress) ctx.channel().remoteAddress());
      return withForm(request);
    } catch (IllegalArgumentException _) {
      return null; // an escape that is none
    }
  }

  private static AdminRequest withForm(AdminRequest request) {
    if (!request.method().equals(HttpMethod.POST)
        || !request.mediaType().equals("application/x-www-form-urlencoded")) {
      return request;
    }
    var all = new HashMap<String, List<String>>();
    request.params().forEach((name, values) -> all.put(name, new ArrayList<>(values)));
    new QueryStringDecoder(request.body(), false)
        .parameters()
        .forEach(
            (name, values) -> all.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(values));
    return new AdminRequest(
        request.method(),
        request.target(),
        request.path(),
        Map.copyOf(all),
        request.headers(),
        request.body(),
        request.peer());
  }

  /** Time-outs, resets and garbage: nothing an operator could mend. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("admin: {}: {}", ctx.channel().remoteAddress(), cause.toString());
    var _ = ctx.close();
  }
}

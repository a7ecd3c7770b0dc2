package fairlead.admin;

import fairlead.http.ContentCoding;
import fairlead.telemetry.PageBytes;
import io.netty.buffer.ByteBuf;
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
import java.util.Optional;
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

  /**
   * A request that waits for its turn.
   *
   * @param request null when it could not be understood
   * @param chunks whether its answer may come in chunks, which HTTP/1.0 does not know
   */
  private record Turn(
      @Nullable AdminRequest request, boolean keepAlive, boolean chunks, long startNanos) {
    boolean isHead() {
      return request != null && request.method().equals(HttpMethod.HEAD);
    }
  }

  private final Supplier<AdminSite> site;
  private final AdminStats stats;
  private final TextCompression.Shelf compressions;
  private final Queue<Turn> waiting = new ArrayDeque<>();
  private boolean answering;

  /** Of the answer that is on its way; null where it is sent as it is. */
  private @Nullable TextCompression compression;

  AdminConnection(Supplier<AdminSite> site, AdminStats stats, TextCompression.Shelf compressions) {
    this.site = site;
    this.stats = stats;
    this.compressions = compressions;
  }

  /** Of a connection that may have been open for a while, as one with TLS has. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    stats.connected();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stats.disconnected();
    endCompression();
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
    boolean chunks = message.protocolVersion().isKeepAliveDefault(); // as of HTTP/1.1
    waiting.add(new Turn(request, keepAlive, chunks, ctx.executor().ticker().nanoTime()));
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
    if (!ctx.channel().isActive()) {
      return; // whoever asked has gone
    }
    List<String> accepted =
        turn.request == null
            ? List.of()
            : turn.request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING);
    var coding = TextCompression.codingOf(response, accepted);
    compression = coding == null ? null : compressions.take();
    if (response.rest() == null) {
      writeWhole(ctx, turn, response, coding);
    } else {
      writeFirst(ctx, turn, response, response.rest(), coding);
    }
  }

  private void writeWhole(
      ChannelHandlerContext ctx,
      Turn turn,
      AdminResponse response,
      @Nullable ContentCoding coding) {
    var body =
        compression == null || coding == null
            ? response.body()
            : compression.compress(response.body(), coding);
    var message = head(response, coding, turn.keepAlive);
    message.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length());
    var _ = ctx.write(message);
    new Sending(ctx, turn.keepAlive, null, body).write();
  }

  /** How long it will be is not known yet: its end is that of its chunks, or of the connection. */
  private void writeFirst(
      ChannelHandlerContext ctx,
      Turn turn,
      AdminResponse response,
      AdminResponse.Rest rest,
      @Nullable ContentCoding coding) {
    boolean keepAlive = turn.keepAlive && turn.chunks;
    var message = head(response, coding, keepAlive);
    HttpUtil.setTransferEncodingChunked(message, turn.chunks);
    var _ = ctx.write(message);
    if (turn.isHead()) {
      new Sending(ctx, keepAlive, null, new PageBytes()).write();
      return;
    }
    var first = response.body();
    if (compression != null && coding != null) {
      var packed = compression.begin(coding);
      compression.add(first, packed);
      first = packed;
    }
    new Sending(ctx, keepAlive, rest, first).write();
  }

  private void endCompression() {
    if (compression != null) {
      compressions.putBack(compression);
      compression = null;
    }
  }

  /** A body on its way. */
  private final class Sending {
    private final ChannelHandlerContext ctx;
    private final boolean keepAlive;
    private final AdminResponse.@Nullable Rest rest;
    private Iterator<ByteBuffer> chunks;

    Sending(
        ChannelHandlerContext ctx,
        boolean keepAlive,
        AdminResponse.@Nullable Rest rest,
        PageBytes first) {
      this.ctx = ctx;
      this.keepAlive = keepAlive;
      this.rest = rest;
      this.chunks = first.chunks().iterator();
    }

    /** One piece after the other, each of which is copied: the next one once it is on its way. */
    void write() {
      var piece = new ArrayList<ByteBuffer>();
      for (int bytes = 0; chunks.hasNext() && bytes < PIECE; bytes += piece.getLast().remaining()) {
        piece.add(chunks.next());
      }
      // The codec leaves out the body of an answer to HEAD.
      var content = Unpooled.wrappedBuffer(piece.toArray(ByteBuffer[]::new));
      if (rest == null && !chunks.hasNext()) {
        finish(content);
        return;
      }
      ctx.writeAndFlush(new DefaultHttpContent(content))
          .addListener(
              (ChannelFuture written) -> {
                if (!written.isSuccess()) {
                  var _ = ctx.close();
                } else if (chunks.hasNext() || rest == null) {
                  write();
                } else {
                  ask(rest);
                }
              });
    }

    private void ask(AdminResponse.Rest rest) {
      var _ =
          rest.next()
              .thenAcceptAsync(this::take, ctx.executor())
              .exceptionally(
                  failure -> {
                    LOG.error("admin: an answer ends in the middle", failure);
                    var _ = ctx.close();
                    return null;
                  });
    }

    private void take(Optional<PageBytes> more) {
      if (!ctx.channel().isActive()) {
        return;
      }
      var packing = compression;
      if (more.isEmpty()) {
        var end = new PageBytes();
        if (packing != null) {
          packing.end(end);
        }
        finish(Unpooled.wrappedBuffer(end.chunks().toArray(ByteBuffer[]::new)));
        return;
      }
      var piece = more.get();
      if (packing != null) {
        var packed = new PageBytes();
        packing.add(piece, packed);
        piece = packed;
      }
      chunks = piece.chunks().iterator();
      write();
    }

    private void finish(ByteBuf content) {
      endCompression();
      var written = ctx.writeAndFlush(new DefaultLastHttpContent(content));
      if (!keepAlive) {
        written.addListener(ChannelFutureListener.CLOSE);
      }
      answering = false;
      next(ctx);
    }
  }

  private static HttpResponse head(
      AdminResponse response, @Nullable ContentCoding coding, boolean keepAlive) {
    var message = new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status());
    var headers = message.headers();
    if (coding != null) {
      headers.set(HttpHeaderNames.CONTENT_ENCODING, coding.word());
    }
    headers.set("X-Content-Type-Options", "nosniff");
    if (!response.type().isEmpty()) {
      headers.set(HttpHeaderNames.CONTENT_TYPE, response.type());
    }
    response.headers().forEach(headers::set);
    if (!keepAlive) {
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

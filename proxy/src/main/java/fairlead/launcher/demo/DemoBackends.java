package fairlead.launcher.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.json.Json;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small services, one instance of each on every host, that say who they are and what they saw. */
final class DemoBackends {
  private DemoBackends() {}

  /** Listens for every service on every host, each on a port of the system's choice. Blocks. */
  static Map<String, List<InetSocketAddress>> start(
      EventLoopGroup group, List<String> services, List<InetAddress> hosts) throws IOException {
    var all = new LinkedHashMap<String, List<InetSocketAddress>>();
    for (String service : services) {
      var instances = new ArrayList<InetSocketAddress>();
      for (InetAddress host : hosts) {
        instances.add(instance(group, service, host));
      }
      all.put(service, instances);
    }
    return all;
  }

  private static InetSocketAddress instance(EventLoopGroup group, String service, InetAddress host)
      throws IOException {
    var bound =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpServerKeepAliveHandler())
                        .addLast(new Answer(service));
                  }
                })
            .bind(host, 0)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("demo: " + host.getHostAddress() + ": cannot listen", bound.cause());
    }
    return (InetSocketAddress) bound.channel().localAddress();
  }

  /**
   * Answers everything with what it is and the headers it saw, as they came. Owned by the thread of
   * its connection.
   */
  private static final class Answer extends SimpleChannelInboundHandler<HttpObject> {
    private final String service;
    private @Nullable HttpRequest head;

    Answer(String service) {
      this.service = service;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
      if (part instanceof HttpRequest request) {
        head = request;
      }
      if (part instanceof LastHttpContent && head != null) {
        answer(ctx, head);
        head = null;
      }
    }

    private void answer(ChannelHandlerContext ctx, HttpRequest request) {
      var self = (InetSocketAddress) ctx.channel().localAddress();
      ObjectNode answer =
          JsonNodeFactory.instance
              .objectNode()
              .put("service", service)
              .put("host", self.getAddress().getHostAddress())
              .put("port", self.getPort())
              .put("target", request.uri());
      answer.set("headers", headers(request.headers()));
      var body = ByteBufUtil.writeUtf8(ctx.alloc(), Json.write(answer));
      var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
          .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
      var _ = ctx.writeAndFlush(response);
    }

    private static ObjectNode headers(HttpHeaders headers) {
      ObjectNode all = JsonNodeFactory.instance.objectNode();
      for (String name : headers.names()) {
        all.put(name, String.join(", ", headers.getAll(name)));
      }
      return all;
    }
  }
}

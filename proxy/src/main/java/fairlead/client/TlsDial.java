package fairlead.client;

import fairlead.tls.ClientTlsContext;
import fairlead.tls.HandshakeStats;
import fairlead.tls.Renewed;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a client's connections begin with TLS. Any thread.
 *
 * @param name expected in certificates; null for any, where nothing is verified
 */
public record TlsDial(
    Renewed<ClientTlsContext> contexts, @Nullable String name, HandshakeStats stats) {
  SslHandler handler(Channel channel, InetSocketAddress address) {
    String host = name == null ? address.getAddress().getHostAddress() : name;
    return contexts.get().handler(channel.alloc(), host, address.getPort());
  }
}

package fairlead.e2e;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/** A caller of the service {@code echo} with one connection for all its calls. Any thread. */
final class GrpcCaller implements AutoCloseable {
  private final ManagedChannel channel;

  private GrpcCaller(ManagedChannel channel) {
    this.channel = channel;
  }

  /** Calls by this port of loopback; connects when it first must. */
  static GrpcCaller of(int port) {
    return new GrpcCaller(builder(port).build());
  }

  /** The same, taking no more than this for all its calls together until they are read. */
  static GrpcCaller of(int port, int windowBytes) {
    return new GrpcCaller(builder(port).flowControlWindow(windowBytes).build());
  }

  private static NettyChannelBuilder builder(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port)
        .usePlaintext()
        .overrideAuthority("echo")
        .maxInboundMessageSize(GrpcBackend.LARGEST_MESSAGE)
        .directExecutor();
  }

  Channel channel() {
    return channel;
  }

  GrpcCall start(MethodDescriptor<byte[], byte[]> method) {
    return start(method, CallOptions.DEFAULT);
  }

  GrpcCall start(MethodDescriptor<byte[], byte[]> method, CallOptions options) {
    return GrpcCall.start(channel, method, options, new Metadata());
  }

  /** Gives up all calls. */
  @Override
  public void close() {
    channel.shutdownNow();
    try {
      if (!channel.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new AssertionError("the caller never stopped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while the caller stops", e);
    }
  }
}

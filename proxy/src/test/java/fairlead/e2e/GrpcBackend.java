package fairlead.e2e;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A gRPC server on loopback that does with each call what the test says. Any thread. */
final class GrpcBackend implements AutoCloseable {
  static final int LARGEST_MESSAGE = 16 * 1024 * 1024;

  /** What is done with one call, on a thread of its own; what it throws is kept. */
  @FunctionalInterface
  interface Script {
    void run(GrpcAnswer call) throws Exception;
  }

  /** gRPC tells of each stream whose caller is gone, in twenty lines; tests see that themselves. */
  private static final Logger QUIET = Logger.getLogger("io.grpc");

  static {
    QUIET.setLevel(Level.OFF);
  }

  private final Map<String, ServerMethodDefinition<byte[], byte[]>> methods =
      new ConcurrentHashMap<>();
  private final Map<String, LongAdder> streams = new ConcurrentHashMap<>();
  private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
  private final Server server;

  private GrpcBackend(int port, UnaryOperator<NettyServerBuilder> options) throws IOException {
    var builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .fallbackHandlerRegistry(new Registry())
            .addStreamTracerFactory(new Counting())
            .maxInboundMessageSize(LARGEST_MESSAGE)
            .directExecutor();
    server = options.apply(builder).build().start();
  }

  static GrpcBackend start() throws IOException {
    return start(0, options -> options);
  }

  /** On this port, 0 for a free one. */
  static GrpcBackend start(int port, UnaryOperator<NettyServerBuilder> options) throws IOException {
    return new GrpcBackend(port, options);
  }

  int port() {
    return server.getPort();
  }

  /** Streams that reached this server, whatever became of them. */
  long streams() {
    return streams.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Those that asked for one method, known or not. */
  long streams(String fullName) {
    LongAdder seen = streams.get(fullName);
    return seen == null ? 0 : seen.sum();
  }

  /** What scripts threw. */
  Queue<Throwable> faults() {
    return faults;
  }

  /** The method of this name, which does from now on what {@code script} says. */
  MethodDescriptor<byte[], byte[]> serve(String name, MethodType type, Script script) {
    var method = GrpcMethod.of("test.Scripted/" + name, type);
    serve(method, script);
    return method;
  }

  /** Does from now on with calls of this method what {@code script} says. */
  void serve(MethodDescriptor<byte[], byte[]> method, Script script) {
    methods.put(
        method.getFullMethodName(),
        ServerMethodDefinition.create(method, (call, headers) -> begin(call, headers, script)));
  }

  private ServerCall.Listener<byte[]> begin(
      ServerCall<byte[], byte[]> call, Metadata headers, Script script) {
    var answer = new GrpcAnswer(call, headers);
    Thread.ofVirtual().name("script").start(() -> run(script, answer));
    return answer.listener();
  }

  private void run(Script script, GrpcAnswer answer) {
    try {
      script.run(answer);
    } catch (Exception | AssertionError e) {
      faults.add(e);
    }
  }

  /** Takes no more calls, says so to the connections, and waits for the calls that run. */
  void drain() {
    server.shutdown();
    awaitEnd();
  }

  @Override
  public void close() {
    server.shutdownNow();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      if (!server.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new AssertionError("the backend never stopped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while the backend stops", e);
    }
  }

  private final class Registry extends HandlerRegistry {
    @Override
    public @Nullable ServerMethodDefinition<byte[], byte[]> lookupMethod(
        String name, @Nullable String authority) {
      return methods.get(name);
    }
  }

  private final class Counting extends ServerStreamTracer.Factory {
    @Override
    public ServerStreamTracer newServerStreamTracer(String name, Metadata headers) {
      streams.computeIfAbsent(name, _ -> new LongAdder()).increment();
      return new ServerStreamTracer() {};
    }
  }
}

package fairlead.e2e;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A call as its caller sees it. Reads a message only when it is asked for one: a caller that asks
 * for none is slow. One thread at a time; blocks.
 */
final class GrpcCall {
  private final GrpcChanges changes = new GrpcChanges();
  private final ClientCall<byte[], byte[]> call;

  /** The following are guarded by {@link #changes}. */
  private final Queue<byte[]> messages = new ArrayDeque<>();

  private @Nullable Metadata headers;
  private @Nullable Status status;
  private @Nullable Metadata trailers;

  private GrpcCall(ClientCall<byte[], byte[]> call) {
    this.call = call;
  }

  static GrpcCall start(
      Channel channel,
      MethodDescriptor<byte[], byte[]> method,
      CallOptions options,
      Metadata headers) {
    var started = new GrpcCall(channel.newCall(method, options));
    started.call.start(started.new Seen(), headers);
    return started;
  }

  /** Sends the only message, and says that it was the last. */
  GrpcCall ask(String message) {
    return ask(message.getBytes(StandardCharsets.UTF_8));
  }

  GrpcCall ask(byte[] message) {
    call.sendMessage(message);
    call.halfClose();
    return this;
  }

  /** Sends a message once there is room for it. */
  void send(byte[] message) {
    changes.await("room to send", () -> call.isReady() || status != null);
    call.sendMessage(message);
  }

  void send(String message) {
    send(message.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether a message would go out now rather than wait. */
  boolean isReady() {
    return call.isReady();
  }

  /** Says that no message follows. */
  void halfClose() {
    call.halfClose();
  }

  void cancel() {
    call.cancel("the test wants no more", null);
  }

  /** The next message; null when the call ended without one more. */
  byte @Nullable [] nextBytes() {
    call.request(1);
    changes.await("a message or the end", () -> !messages.isEmpty() || status != null);
    return messages.poll();
  }

  /** The next message as text; {@code (the end)} when the call ended without one more. */
  String next() {
    byte[] message = nextBytes();
    return message == null ? "(the end)" : new String(message, StandardCharsets.UTF_8);
  }

  /** The headers of the answer. */
  Metadata headers() {
    changes.await("headers", () -> headers != null || status != null);
    return Objects.requireNonNull(headers, "headers");
  }

  /** How it ended; messages that came before are not lost. */
  Status status() {
    changes.await("the end of the call", () -> status != null);
    return Objects.requireNonNull(status);
  }

  Metadata trailers() {
    status();
    return Objects.requireNonNull(trailers);
  }

  private final class Seen extends ClientCall.Listener<byte[]> {
    @Override
    public void onHeaders(Metadata came) {
      changes.make(() -> headers = came);
    }

    @Override
    public void onMessage(byte[] message) {
      changes.make(() -> messages.add(message));
    }

    @Override
    public void onReady() {
      changes.make(() -> {});
    }

    @Override
    public void onClose(Status how, Metadata last) {
      changes.make(
          () -> {
            status = how;
            trailers = last;
          });
    }
  }
}

package fairlead.e2e;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A call as the server sees it, for a script that answers it. The script's thread; blocks. */
final class GrpcAnswer {
  private final GrpcChanges changes = new GrpcChanges();
  private final ServerCall<byte[], byte[]> call;
  private final Metadata request;
  private final @Nullable Deadline deadline = Context.current().getDeadline();

  /** The following are guarded by {@link #changes}. */
  private final Queue<byte[]> messages = new ArrayDeque<>();

  private boolean halfClosed;
  private boolean cancelled;
  private boolean headersSent;
  private volatile boolean stalled;

  GrpcAnswer(ServerCall<byte[], byte[]> call, Metadata request) {
    this.call = call;
    this.request = request;
  }

  ServerCall.Listener<byte[]> listener() {
    return new Seen();
  }

  /** The caller's headers. */
  Metadata request() {
    return request;
  }

  String authority() {
    return String.valueOf(call.getAuthority());
  }

  /** As it was when the call came; null when there is none. */
  @Nullable Deadline deadline() {
    return deadline;
  }

  /** The caller's next message; null once it said that there is no more, or is gone. */
  byte @Nullable [] nextBytes() {
    call.request(1);
    changes.await("a message or the end", () -> !messages.isEmpty() || halfClosed || cancelled);
    return messages.poll();
  }

  /** The next message as text; {@code (the end)} when there is no more. */
  String next() {
    byte[] message = nextBytes();
    return message == null ? "(the end)" : new String(message, StandardCharsets.UTF_8);
  }

  void sendHeaders(Metadata headers) {
    call.sendHeaders(headers);
    headersSent = true;
  }

  /** Sends a message once there is room for it; none once the caller is gone. */
  void send(byte[] message) {
    if (!headersSent) {
      sendHeaders(new Metadata());
    }
    stalled = !call.isReady();
    changes.await("room to send", () -> call.isReady() || cancelled);
    stalled = false;
    if (!isCancelled()) {
      call.sendMessage(message);
    }
  }

  void send(String message) {
    send(message.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether the script waits for room at this moment. Any thread. */
  boolean isStalled() {
    return stalled;
  }

  /** Ends the call. Without a message before, head and status are one block. */
  void close(Status status, Metadata trailers) {
    call.close(status, trailers);
  }

  void close(Status status) {
    close(status, new Metadata());
  }

  /** Sends the only message, and ends well. */
  void answer(byte[] message) {
    send(message);
    close(Status.OK);
  }

  void answer(String message) {
    answer(message.getBytes(StandardCharsets.UTF_8));
  }

  boolean isCancelled() {
    return call.isCancelled();
  }

  /** Blocks until the caller has given up, or lost its connection. */
  void awaitCancelled() {
    changes.await("that the caller gives up", () -> cancelled);
  }

  private final class Seen extends ServerCall.Listener<byte[]> {
    @Override
    public void onMessage(byte[] message) {
      changes.make(() -> messages.add(message));
    }

    @Override
    public void onHalfClose() {
      changes.make(() -> halfClosed = true);
    }

    @Override
    public void onCancel() {
      changes.make(() -> cancelled = true);
    }

    @Override
    public void onReady() {
      changes.make(() -> {});
    }
  }
}

package fairlead.e2e;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Callers that ask without pause until they are told to stop: unary calls, streams of a quarter of
 * a second, and conversations as long. Each checks every message, and tries nothing twice. Any
 * thread.
 */
final class GrpcLoad {
  private static final int CALLERS_OF_A_KIND = 3;
  private static final int MESSAGES = 25;
  private static final Duration PAUSE = Duration.ofMillis(10);

  private static final MethodDescriptor<byte[], byte[]> UNARY = method("Unary", MethodType.UNARY);
  private static final MethodDescriptor<byte[], byte[]> STREAM =
      method("Stream", MethodType.SERVER_STREAMING);
  private static final MethodDescriptor<byte[], byte[]> TALK =
      method("Talk", MethodType.BIDI_STREAMING);

  private final GrpcCaller caller;
  private final CallOptions options;
  private final List<Thread> callers = new ArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unary = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();
  private volatile boolean stopped;

  private GrpcLoad(GrpcCaller caller, CallOptions options) {
    this.caller = caller;
    this.options = options;
  }

  private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    return GrpcMethod.of("test.Load/" + name, type);
  }

  /** Teaches a backend what the callers ask for. */
  static GrpcBackend served(GrpcBackend backend) {
    backend.serve(UNARY, answer -> answer.answer(answer.next()));
    backend.serve(
        STREAM,
        answer -> {
          String said = answer.next();
          for (int n = 0; n < MESSAGES; n++) {
            answer.send(said + n);
            Eventually.pause(PAUSE);
          }
          answer.close(Status.OK);
        });
    backend.serve(
        TALK,
        answer -> {
          for (String said = answer.next(); !said.equals("(the end)"); said = answer.next()) {
            answer.send(said);
          }
          answer.close(Status.OK);
        });
    return backend;
  }

  static GrpcLoad start(GrpcCaller caller, CallOptions options) {
    var load = new GrpcLoad(caller, options);
    for (int n = 0; n < CALLERS_OF_A_KIND; n++) {
      load.callers.add(Thread.ofVirtual().start(() -> load.repeat(load::ask)));
      load.callers.add(Thread.ofVirtual().start(() -> load.repeat(load::listen)));
      load.callers.add(Thread.ofVirtual().start(() -> load.repeat(load::talk)));
    }
    return load;
  }

  private void repeat(Runnable one) {
    while (!stopped) {
      try {
        one.run();
      } catch (AssertionError e) {
        failures.add(e.toString());
      }
    }
  }

  private GrpcCall call(MethodDescriptor<byte[], byte[]> method) {
    return caller.start(method, options);
  }

  private void ask() {
    var call = call(UNARY).ask("hello");
    expect("unary", call, "hello");
    ended("unary", call);
    unary.incrementAndGet();
  }

  private void listen() {
    var call = call(STREAM).ask("number ");
    for (int n = 0; n < MESSAGES; n++) {
      expect("stream", call, "number " + n);
    }
    ended("stream", call);
    streams.incrementAndGet();
  }

  private void talk() {
    var call = call(TALK);
    for (int n = 0; n < MESSAGES; n++) {
      call.send("turn " + n);
      expect("talk", call, "turn " + n);
      Eventually.pause(PAUSE);
    }
    call.halfClose();
    ended("talk", call);
    streams.incrementAndGet();
  }

  private static void expect(String kind, GrpcCall call, String message) {
    String came = call.next();
    if (!came.equals(message)) {
      throw new AssertionError(kind + ": " + came + " instead of " + message + ended(call));
    }
  }

  private static void ended(String kind, GrpcCall call) {
    String came = call.next();
    if (!came.equals("(the end)") || !call.status().isOk()) {
      throw new AssertionError(kind + ": " + came + " instead of a good end" + ended(call));
    }
  }

  private static String ended(GrpcCall call) {
    return ", " + call.status();
  }

  /** Unary calls that were answered so far. */
  int unary() {
    return unary.get();
  }

  /** Streams and conversations that came whole so far. */
  int streams() {
    return streams.get();
  }

  /** Begins no more, waits for what is under way, and returns what failed. */
  List<String> stop() throws InterruptedException {
    stopped = true;
    for (Thread caller : callers) {
      if (!caller.join(Duration.ofSeconds(60))) {
        throw new AssertionError("calls still under way");
      }
    }
    return List.copyOf(failures);
  }
}

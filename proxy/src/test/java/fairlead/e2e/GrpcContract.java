package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What gRPC promises its users, of whatever stands between caller and server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class GrpcContract {
  private static final int LARGE_BYTES = 10 * 1024 * 1024;
  private static final Metadata.Key<String> WORDS =
      Metadata.Key.of("x-words", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> BYTES =
      Metadata.Key.of("x-bytes-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final AtomicInteger methods = new AtomicInteger();
  private @Nullable GrpcBackend started;
  private @Nullable GrpcCaller connected;

  /** Puts in the way what the subclass is about, to the backend on this port. */
  abstract void stand(Path dir, int backend) throws IOException;

  /** The port that callers speak to. */
  abstract int front();

  @BeforeAll
  void start(@TempDir Path dir) throws IOException {
    started = GrpcBackend.start();
    stand(dir, started.port());
    connected = GrpcCaller.of(front());
  }

  @AfterAll
  void stop() {
    if (connected != null) {
      connected.close();
    }
    if (started != null) {
      started.close();
      assertThat(started.faults()).isEmpty();
    }
  }

  private GrpcBackend backend() {
    return Objects.requireNonNull(started);
  }

  private GrpcCaller caller() {
    return Objects.requireNonNull(connected);
  }

  /** Starts a call of a new method that answers as the script says. */
  final GrpcCall call(MethodType type, GrpcBackend.Script script) {
    return call(type, CallOptions.DEFAULT, new Metadata(), script);
  }

  final GrpcCall call(
      MethodType type, CallOptions options, Metadata headers, GrpcBackend.Script script) {
    return GrpcCall.start(caller().channel(), method(type, script), options, headers);
  }

  private MethodDescriptor<byte[], byte[]> method(MethodType type, GrpcBackend.Script script) {
    return backend().serve("Method" + methods.incrementAndGet(), type, script);
  }

  private static void assertEndedWell(GrpcCall call) {
    assertThat(call.next()).isEqualTo("(the end)");
    assertThat(call.status()).isEqualTo(Status.OK);
  }

  // --- the four kinds of call ---

  @Test
  void unaryCallIsAnswered() {
    var call =
        call(
            MethodType.UNARY,
            answer -> {
              assertThat(answer.authority()).isEqualTo("echo");
              answer.answer("you said " + answer.next());
            });

    call.ask("hello");

    assertThat(call.next()).isEqualTo("you said hello");
    assertEndedWell(call);
  }

  @Test
  void emptyMessagesAreMessages() {
    var call = call(MethodType.UNARY, answer -> answer.answer(answer.next()));

    call.ask("");

    assertThat(call.next()).isEmpty();
    assertEndedWell(call);
  }

  @Test
  void serverStreamComesWholeAndInOrder() {
    int messages = 2000;
    var call =
        call(
            MethodType.SERVER_STREAMING,
            answer -> {
              String what = answer.next();
              for (int n = 0; n < messages; n++) {
                answer.send(what + n);
              }
              answer.close(Status.OK);
            });

    call.ask("number ");

    for (int n = 0; n < messages; n++) {
      assertThat(call.next()).isEqualTo("number " + n);
    }
    assertEndedWell(call);
  }

  @Test
  void clientStreamArrivesWholeAndInOrder() {
    int messages = 2000;
    var call =
        call(
            MethodType.CLIENT_STREAMING,
            answer -> {
              for (int n = 0; n < messages; n++) {
                assertThat(answer.next()).isEqualTo("number " + n);
              }
              answer.answer(answer.next());
            });

    for (int n = 0; n < messages; n++) {
      call.send("number " + n);
    }
    call.halfClose();

    assertThat(call.next()).isEqualTo("(the end)");
    assertEndedWell(call);
  }

  @Test
  void inAConversationEachMessageGoesOnAtOnce() {
    var call =
        call(
            MethodType.BIDI_STREAMING,
            answer -> {
              for (String said = answer.next(); !said.equals("(the end)"); said = answer.next()) {
                answer.send(said + "!");
              }
              answer.close(Status.OK);
            });

    for (int n = 0; n < 100; n++) {
      call.send("turn " + n);

      assertThat(call.next()).isEqualTo("turn " + n + "!");
    }
    call.halfClose();
    assertEndedWell(call);
  }

  @Test
  void aHalfClosedCallerStillHears() {
    var call =
        call(
            MethodType.BIDI_STREAMING,
            answer -> {
              answer.send("before");
              assertThat(answer.next()).isEqualTo("(the end)");
              answer.send("after");
              answer.close(Status.OK);
            });

    assertThat(call.next()).isEqualTo("before");
    call.halfClose();

    assertThat(call.next()).isEqualTo("after");
    assertEndedWell(call);
  }

  @Test
  void theServerMaySpeakFirst() {
    var call =
        call(
            MethodType.BIDI_STREAMING,
            answer -> {
              answer.send("welcome");
              answer.answer(answer.next());
            });

    assertThat(call.next()).isEqualTo("welcome");
    call.ask("thanks");

    assertThat(call.next()).isEqualTo("thanks");
    assertEndedWell(call);
  }

  // --- errors ---

  @ParameterizedTest
  @EnumSource(value = Status.Code.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
  void aStatusWithoutAMessageArrivesWithItsWordsAndTrailers(Status.Code code) {
    var status = code.toStatus().withDescription("größer als 100 %\nund \"zu\" viel: €");
    var call =
        call(
            MethodType.UNARY,
            answer -> {
              answer.next();
              answer.close(status, marked());
            });

    call.ask("hello");

    assertThat(call.next()).isEqualTo("(the end)");
    assertThat(call.status().getCode()).isEqualTo(code);
    assertThat(call.status().getDescription()).isEqualTo(status.getDescription());
    assertMarked(call.trailers());
  }

  @Test
  void aStatusAfterMessagesComesAfterThem() {
    var call =
        call(
            MethodType.SERVER_STREAMING,
            answer -> {
              answer.send("one");
              answer.send("two");
              answer.close(Status.DATA_LOSS.withDescription("no third"), marked());
            });

    call.ask("go on");

    assertThat(call.next()).isEqualTo("one");
    assertThat(call.next()).isEqualTo("two");
    assertThat(call.next()).isEqualTo("(the end)");
    assertThat(call.status().getCode()).isEqualTo(Status.Code.DATA_LOSS);
    assertThat(call.status().getDescription()).isEqualTo("no third");
    assertMarked(call.trailers());
  }

  @Test
  void aServerThatHasHeardEnoughEndsTheCallEarly() {
    var call =
        call(
            MethodType.CLIENT_STREAMING,
            answer -> {
              answer.next();
              answer.close(Status.FAILED_PRECONDITION.withDescription("enough"));
            });

    for (int n = 0; n < 10; n++) {
      call.send("and another thing");
    }

    assertThat(call.next()).isEqualTo("(the end)");
    assertThat(call.status().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(call.status().getDescription()).isEqualTo("enough");
  }

  @Test
  void anUnknownMethodIsUnimplemented() {
    var call = caller().start(GrpcMethod.of("no.Such/Method", MethodType.UNARY));

    call.ask("hello");

    assertThat(call.next()).isEqualTo("(the end)");
    assertThat(call.status().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  // --- metadata ---

  private static Metadata marked() {
    var metadata = new Metadata();
    metadata.put(WORDS, "one");
    metadata.put(BYTES, everyByte());
    metadata.put(WORDS, "two, and a comma");
    metadata.put(BYTES, new byte[0]);
    metadata.put(BYTES, new byte[] {0});
    return metadata;
  }

  private static byte[] everyByte() {
    var bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private static void assertMarked(Metadata metadata) {
    assertThat(metadata.getAll(WORDS)).containsExactly("one", "two, and a comma");
    assertThat(metadata.getAll(BYTES)).containsExactly(everyByte(), new byte[0], new byte[] {0});
  }

  @Test
  void metadataPassesBothWaysRepeatedAndBinary() {
    var call =
        call(
            MethodType.UNARY,
            CallOptions.DEFAULT,
            marked(),
            answer -> {
              assertMarked(answer.request());
              answer.sendHeaders(marked());
              answer.send(answer.next());
              answer.close(Status.OK, marked());
            });

    call.ask("hello");

    assertThat(call.next()).isEqualTo("hello");
    assertEndedWell(call);
    assertMarked(call.headers());
    assertMarked(call.trailers());
  }

  @Test
  void headersOfTheAnswerComeBeforeItsFirstMessage() {
    var call =
        call(
            MethodType.BIDI_STREAMING,
            answer -> {
              answer.sendHeaders(marked());
              answer.answer(answer.next());
            });

    assertMarked(call.headers());
    call.ask("now");

    assertThat(call.next()).isEqualTo("now");
    assertEndedWell(call);
  }

  @Test
  void compressedMessagesPass() {
    String message = "again ".repeat(1000);
    var call =
        call(
            MethodType.UNARY,
            CallOptions.DEFAULT.withCompression("gzip"),
            new Metadata(),
            answer -> answer.answer(answer.next()));

    call.ask(message);

    assertThat(call.next()).isEqualTo(message);
    assertEndedWell(call);
  }

  // --- size and flow ---

  @Test
  void tenMegabytesPassBothWays() {
    var message = new byte[LARGE_BYTES];
    new SplittableRandom(1).nextBytes(message);
    var call = call(MethodType.UNARY, answer -> answer.answer(bytesOf(answer)));

    call.ask(message);

    assertThat(call.nextBytes()).isEqualTo(message);
    assertEndedWell(call);
  }

  private static byte[] bytesOf(GrpcAnswer answer) {
    return Objects.requireNonNull(answer.nextBytes());
  }

  @Test
  void tenMegabytesPassInAConversationToo() {
    var message = new byte[LARGE_BYTES];
    new SplittableRandom(2).nextBytes(message);
    var call =
        call(
            MethodType.BIDI_STREAMING,
            answer -> {
              answer.send(bytesOf(answer));
              answer.answer(bytesOf(answer));
            });

    call.send(message);
    assertThat(call.nextBytes()).isEqualTo(message);
    call.ask(message);

    assertThat(call.nextBytes()).isEqualTo(message);
    assertEndedWell(call);
  }

  @Test
  void threat40_aSlowReaderHoldsBackItsOwnStreamOnly() throws Exception {
    int messages = 4096;
    var sent = new AtomicInteger();
    var slowAnswer = new ArrayBlockingQueue<GrpcAnswer>(1);
    var slow =
        call(
                MethodType.SERVER_STREAMING,
                answer -> {
                  slowAnswer.add(answer);
                  for (int n = 0; n < messages; n++) {
                    answer.send(numbered(n));
                    sent.incrementAndGet();
                  }
                  answer.close(Status.OK);
                })
            .ask("go on");
    var server = taken(slowAnswer);
    Eventually.until("the server waits for its reader", Fairlead.START, server::isStalled);

    askOften(1000);

    assertThat(server.isStalled()).isTrue();
    assertThat(sent.get()).as("16 KiB messages on their way").isLessThan(messages / 8);
    for (int n = 0; n < messages; n++) {
      assertThat(slow.nextBytes()).isEqualTo(numbered(n));
    }
    assertEndedWell(slow);
  }

  @Test
  void threat40_aSlowServerHoldsBackItsOwnStreamOnly() throws Exception {
    int messages = 4096;
    var resume = new ArrayBlockingQueue<String>(1);
    var slow =
        call(
            MethodType.CLIENT_STREAMING,
            answer -> {
              resume.take();
              for (int n = 0; n < messages; n++) {
                assertThat(answer.nextBytes()).isEqualTo(numbered(n));
              }
              answer.answer(answer.next());
            });
    int sent = 0;
    for (int quiet = 0; quiet < 100; ) {
      if (slow.isReady()) {
        slow.send(numbered(sent++));
        quiet = 0;
      } else {
        askOften(10);
        quiet++;
      }
    }

    assertThat(sent).as("16 KiB messages on their way").isLessThan(messages / 8);
    resume.add("go on");
    while (sent < messages) {
      slow.send(numbered(sent++));
    }
    slow.halfClose();
    assertThat(slow.next()).isEqualTo("(the end)");
    assertEndedWell(slow);
  }

  /** 16 KiB that are those of no other number. */
  private static byte[] numbered(int n) {
    var bytes = new byte[16 * 1024];
    new SplittableRandom(n).nextBytes(bytes);
    return bytes;
  }

  /** Unary calls, one after the other, on the connection that all share. */
  private void askOften(int calls) {
    var method = method(MethodType.UNARY, answer -> answer.answer(answer.next()));
    for (int n = 0; n < calls; n++) {
      var call = caller().start(method).ask("number " + n);
      assertThat(call.next()).isEqualTo("number " + n);
      assertEndedWell(call);
    }
  }

  @Test
  void manyConversationsAtOnce() {
    int calls = 500;
    var method =
        method(
            MethodType.BIDI_STREAMING,
            answer -> {
              answer.send(answer.next());
              answer.answer(answer.next());
            });
    var all = new ArrayList<GrpcCall>();
    for (int n = 0; n < calls; n++) {
      var call = caller().start(method);
      call.send("first of " + n);
      all.add(call);
    }
    for (int n = 0; n < calls; n++) {
      assertThat(all.get(n).next()).isEqualTo("first of " + n);
    }
    for (int n = 0; n < calls; n++) {
      all.get(n).ask("last of " + n);
    }
    for (int n = 0; n < calls; n++) {
      assertThat(all.get(n).next()).isEqualTo("last of " + n);
      assertEndedWell(all.get(n));
    }
  }

  // --- cancellation and deadlines ---

  @ParameterizedTest
  @EnumSource(value = MethodType.class, mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
  void aCallerThatGivesUpIsSeenByTheServer(MethodType type) throws Exception {
    var begun = new ArrayBlockingQueue<GrpcAnswer>(1);
    var call =
        call(
            type,
            answer -> {
              answer.next();
              begun.add(answer);
            });
    if (type.clientSendsOneMessage()) {
      call.ask("hello");
    } else {
      call.send("hello");
    }
    var answer = taken(begun);

    call.cancel();

    answer.awaitCancelled();
    assertThat(call.status().getCode()).isEqualTo(Status.Code.CANCELLED);
  }

  @Test
  void aCallerThatGivesUpWithinAStreamIsSeenByTheServer() throws Exception {
    var begun = new ArrayBlockingQueue<GrpcAnswer>(1);
    var call =
        call(
                MethodType.SERVER_STREAMING,
                answer -> {
                  begun.add(answer);
                  while (!answer.isCancelled()) {
                    answer.send("and on");
                  }
                })
            .ask("hello");
    var answer = taken(begun);
    for (int n = 0; n < 10; n++) {
      assertThat(call.next()).isEqualTo("and on");
    }

    call.cancel();

    answer.awaitCancelled();
    assertThat(call.status().getCode()).isEqualTo(Status.Code.CANCELLED);
    askOften(10);
  }

  @Test
  void aServerThatGivesUpIsSeenByTheCaller() {
    var call =
        call(
            MethodType.BIDI_STREAMING,
            answer -> {
              answer.send(answer.next());
              answer.close(Status.CANCELLED.withDescription("changed my mind"));
            });
    call.send("hello");

    assertThat(call.next()).isEqualTo("hello");
    assertThat(call.next()).isEqualTo("(the end)");
    assertThat(call.status().getCode()).isEqualTo(Status.Code.CANCELLED);
    assertThat(call.status().getDescription()).isEqualTo("changed my mind");
  }

  @Test
  void aDeadlineThatPassesEndsTheCallOnBothSides() throws Exception {
    var begun = new ArrayBlockingQueue<GrpcAnswer>(1);
    var options = CallOptions.DEFAULT.withDeadlineAfter(Duration.ofMillis(300));
    var call =
        call(
                MethodType.UNARY,
                options,
                new Metadata(),
                answer -> {
                  answer.next();
                  begun.add(answer);
                })
            .ask("hello");

    assertThat(call.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    taken(begun).awaitCancelled();
  }

  @Test
  void theServerIsToldOfTheDeadline() {
    var options = CallOptions.DEFAULT.withDeadlineAfter(Duration.ofMinutes(10));
    var call =
        call(
                MethodType.UNARY,
                options,
                new Metadata(),
                answer -> {
                  Deadline deadline = Objects.requireNonNull(answer.deadline());
                  answer.answer(String.valueOf(deadline.timeRemaining(TimeUnit.SECONDS)));
                })
            .ask("how long?");

    assertThat(Long.parseLong(call.next())).isBetween(9 * 60L, 10 * 60L);
    assertEndedWell(call);
  }

  private static GrpcAnswer taken(ArrayBlockingQueue<GrpcAnswer> queue)
      throws InterruptedException {
    return Objects.requireNonNull(queue.poll(30, TimeUnit.SECONDS), "the server has the call");
  }
}

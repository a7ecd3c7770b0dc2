package fairlead.exchange;

import fairlead.exchange.Outcome.Failed;
import fairlead.http.Deadline;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.TraceId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer: joins one caller stream to one backend stream, lets the filters see
 * heads and ends, and passes bodies by, no faster than the other side takes them. Event loop only.
 */
public final class Exchange {
  /** A body that nobody wants is read up to here; a longer one costs its connection. */
  private static final int DISCARDED_BYTES = 64 * 1024;

  /** So many filters are common. */
  public static final int FILTERS = 16;

  private static final Filter[] NONE = {};

  private final CallerStream caller;
  private final Head request;
  private final Limits limits;
  private final Turn turn;
  private final long startNanos;

  private Filter[] entered;
  private int depth;
  private int answerDepth;

  private @Nullable BackendStream backend;
  private @Nullable Attempts attempts;
  private @Nullable Head response;
  private @Nullable TraceId trace;
  private @Nullable Deadline deadline;
  private long attemptNanos;
  private long answerNanos;
  private Failure.@Nullable Nacked nack;
  private int nackBytes;
  private @Nullable String callerHost;
  private @Nullable String upgrade;
  private boolean requestWhole;

  /** Of a body without a length, or of a long one, nothing is kept: null. */
  private final @Nullable KeptBody kept;

  private final boolean bodyless;

  /** A part of the body was passed on and is not kept: the request cannot be sent again. */
  private boolean bodyGone;

  private boolean emptied;
  private boolean tunnelled;
  private boolean ended;

  /**
   * A request whose head is there.
   *
   * @param filters memory for those that it enters, its own until it is over
   * @param bodyless the request has no body: its end needs not be told
   * @param turn of the loop
   */
  public Exchange(
      CallerStream caller,
      Head request,
      Filter[] filters,
      boolean bodyless,
      Limits limits,
      Turn turn) {
    this.caller = caller;
    this.request = request;
    this.entered = filters;
    this.bodyless = bodyless;
    this.requestWhole = bodyless;
    this.kept = bodyless ? null : KeptBody.of(request, limits.keptBody());
    this.limits = limits;
    this.turn = turn;
    this.startNanos = turn.nanoTime();
    this.attemptNanos = startNanos;
  }

  // What filters ask.

  /** The request's head; filters may change it. */
  public Head request() {
    return request;
  }

  /** The final response's head, or null while there is none; filters may change it. */
  public @Nullable Head response() {
    return response;
  }

  public CallerStream caller() {
    return caller;
  }

  /** The loop's ticker in this turn. */
  public long nanoTime() {
    return turn.nanoTime();
  }

  /** The loop's ticker when the request's head was there. */
  public long startNanos() {
    return startNanos;
  }

  /** The loop's ticker when the running attempt began. */
  public long attemptNanos() {
    return attemptNanos;
  }

  /** The loop's ticker when the final response's head was there, or when it became hopeless. */
  public long answerNanos() {
    return answerNanos;
  }

  /** The span of this exchange on the caller's side, or null when there is none. */
  public @Nullable TraceId trace() {
    return trace;
  }

  public void trace(TraceId id) {
    trace = id;
  }

  /** When the caller stops caring, or null when it did not say. */
  public @Nullable Deadline deadline() {
    return deadline;
  }

  public void deadline(Deadline strictest) {
    deadline = strictest;
  }

  /** The caller's Host, once a filter replaced it; else null. */
  public @Nullable String callerHost() {
    return callerHost;
  }

  public void callerHost(String host) {
    callerHost = host;
  }

  /** The protocol that the backend is asked to change to, or null. */
  public @Nullable String upgrade() {
    return upgrade;
  }

  public void upgrade(String protocol) {
    upgrade = protocol;
  }

  /** Whether its answer opened a tunnel. */
  public boolean isTunnel() {
    return tunnelled;
  }

  /** The answer goes on without its body. For filters that are shown its head. */
  public void emptyAnswer() {
    emptied = true;
  }

  // What routing does.

  /** Sends the request through {@code stack}; false when it was refused, and so answered. */
  public boolean enter(Stack stack) {
    for (int i = 0; i < stack.size(); i++) {
      if (!enter(stack.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Sends the request through {@code filter}; false when it was refused, and so answered. */
  public boolean enter(Filter filter) {
    if (filter.request(this) instanceof Verdict.Refuse(var failure)) {
      fail(failure);
      return false;
    }
    if (!filter.looksBack()) {
      return true;
    }
    if (depth == entered.length) {
      entered = Arrays.copyOf(entered, depth + FILTERS);
    }
    entered[depth++] = filter;
    return true;
  }

  /**
   * From here on a failure is answered here: filters entered before see the answer go by, those
   * entered later see the failure ({@code spec/http.md} §1).
   */
  public void answerFailuresHere() {
    answerDepth = depth;
  }

  /** Where failures are answered as of now. */
  public int answerDepth() {
    return answerDepth;
  }

  /** How many filters were entered. */
  public int depth() {
    return depth;
  }

  /** A new attempt begins: its filters are entered next. */
  public void beginAttempt() {
    attemptNanos = turn.nanoTime();
  }

  /** Ends the filters of an attempt, which are those above {@code toDepth}. */
  public void leave(int toDepth, Outcome outcome) {
    if (response == null) {
      answerNanos = turn.nanoTime();
    }
    unwind(toDepth, outcome);
  }

  private void unwind(int toDepth, Outcome outcome) {
    while (depth > toDepth) {
      entered[--depth].end(this, outcome);
    }
  }

  /** Who is asked when an attempt fails. */
  public void attempts(Attempts starter) {
    attempts = starter;
  }

  /** Sends the request to {@code stream} and joins both sides. */
  @SuppressWarnings("ReferenceEquality") // a stream is itself alone
  public void attach(BackendStream stream) {
    if (ended) {
      return;
    }
    backend = stream;
    stream.begin(this, request, bodyless);
    if (backend == stream) { // else beginning failed at once, and another may be at work already
      continueBody(stream);
    }
  }

  /** What an earlier attempt was sent of the body, then what is still to come. */
  private void continueBody(BackendStream stream) {
    if (kept != null) {
      kept.sendTo(stream);
    }
    if (!requestWhole) {
      caller.reading(stream.writable());
    } else if (!bodyless) {
      stream.end(null);
    }
  }

  /** Whether it is over, and nothing can be done any more. */
  public boolean isEnded() {
    return ended;
  }

  /** There is no answer: makes one of the failure, or, when one has begun, breaks it off. */
  public void fail(Failure failure) {
    if (ended) {
      return;
    }
    dropBackend(ErrorCode.CANCEL);
    if (response != null) {
      end(new Failed(failure));
      caller.reset(failure.code());
      return;
    }
    leave(answerDepth, new Failed(failure));
    var reset = caller.resetFor(failure);
    if (reset != null) {
      end(new Failed(failure));
      caller.reset(reset);
      return;
    }
    var answer = Answer.of(failure);
    byte[] body = answer.body(limits);
    var head = answer.head(limits);
    head.receivedContentLength(body.length);
    pass(head);
    boolean headOnly = emptied || body.length == 0 || request.methodIs("HEAD");
    end(new Failed(failure));
    caller.head(head, headOnly);
    if (!headOnly) {
      caller.data(Unpooled.wrappedBuffer(body));
      caller.end(null);
    }
  }

  /**
   * There was no answer in time: what was entered beyond {@code depth} sees the request cancelled,
   * what was entered before it sees {@code failure}, which is answered at {@code answeredAt}.
   */
  public void giveUp(int depth, int answeredAt, Failure failure) {
    if (ended || response != null) {
      return;
    }
    dropBackend(ErrorCode.CANCEL);
    leave(depth, Outcome.ABANDONED);
    answerDepth = answeredAt;
    fail(failure);
  }

  // What the caller's stream tells.

  /** A part of the request's body. Takes the buffer over. */
  public void requestData(ByteBuf data) {
    var to = backend;
    if (ended || to == null) {
      data.release();
      return;
    }
    if (kept == null) {
      bodyGone = true;
    } else if (response == null) {
      kept.add(data);
    }
    to.data(data);
    if (backend != null && !backend.writable()) {
      caller.reading(false);
    }
  }

  /** The request is whole. */
  public void requestEnd(@Nullable Fields trailers) {
    requestWhole = true;
    if (!ended && backend != null) {
      bodyGone |= kept == null; // of an empty one in chunks too: its trailers are not kept
      backend.end(trailers);
    }
  }

  /**
   * The caller went away.
   *
   * @param why as far as it said
   */
  public void callerGone(ErrorCode why) {
    if (ended) {
      return;
    }
    if (tunnelled) {
      leaveTunnel();
    } else {
      dropBackend(why.passedOn());
      end(Outcome.ABANDONED);
    }
  }

  /** Closes both ends of a tunnel; what was written to them is sent first. */
  public void closeTunnel() {
    if (!ended && tunnelled) {
      leaveTunnel();
      caller.end(null);
    }
  }

  /** What the caller said last still goes out (RFC 9110 §9.3.6). */
  private void leaveTunnel() {
    var stream = backend;
    backend = null;
    end(Outcome.ANSWERED);
    if (stream != null) {
      stream.end(null);
    }
  }

  /** More of the answer may be sent to the caller. */
  public void callerWritable() {
    if (!ended && backend != null) {
      backend.reading(true);
    }
  }

  // What the backend's stream tells.

  /** An interim response. */
  public void interim(Head head) {
    if (!ended) {
      caller.interim(head);
      holdBackend();
    }
  }

  /** The head of the final response; {@code last} when no body follows. */
  public void responseHead(Head head, boolean last) {
    if (ended) {
      return;
    }
    nack = Nacks.of(head);
    if (nack == null) {
      answer(head, last);
    } else if (last) {
      nacked(nack);
    } else {
      caller.reading(false);
    }
  }

  /** The head of an answer that opens a tunnel: from here on bytes pass, until a side closes. */
  public void tunnel(Head head) {
    if (ended) {
      return;
    }
    tunnelled = true;
    requestWhole = false;
    pass(head);
    caller.tunnel(head, upgrade);
    if (backend != null) {
      caller.reading(backend.writable());
    }
  }

  private void answer(Head head, boolean last) {
    long length = head.contentLength();
    pass(head);
    if (emptied && !last && (length < 0 || length > DISCARDED_BYTES)) {
      dropBackend(ErrorCode.NO_ERROR);
    }
    boolean done = last || emptied;
    if (done) {
      backend = null;
      end(Outcome.ANSWERED);
    }
    caller.head(head, done);
  }

  /** A part of the response's body. Takes the buffer over. */
  public void responseData(ByteBuf data) {
    if (ended) {
      data.release();
      return;
    }
    if (nack != null) {
      nackBytes += data.readableBytes();
      data.release();
      if (nackBytes > Nacks.BODY_BYTES) {
        dropBackend(ErrorCode.NO_ERROR);
        nacked(nack);
      }
      return;
    }
    caller.data(data);
    holdBackend();
  }

  /** The response is whole. */
  public void responseEnd(@Nullable Fields trailers) {
    if (ended) {
      return;
    }
    if (nack != null) {
      nacked(nack);
      return;
    }
    backend = null;
    end(Outcome.ANSWERED);
    caller.end(trailers);
  }

  /**
   * The attempt is lost.
   *
   * @param unprocessed the backend cannot have acted on the request, or may do so twice
   */
  public void backendFailed(Failure failure, boolean unprocessed) {
    if (ended) {
      return;
    }
    if (nack != null) {
      nacked(nack);
      return;
    }
    lost(failure, unprocessed && !bodyGone && response == null);
  }

  /** The backend did not process the request, and has said all that we listen to of it. */
  private void nacked(Failure.Nacked said) {
    nack = null;
    nackBytes = 0;
    boolean resendable = said.isRetryable() && !bodyGone;
    lost(resendable ? said : said.forGood(), resendable);
  }

  private void lost(Failure failure, boolean resendable) {
    backend = null;
    caller.reading(false);
    if (resendable && attempts != null && attempts.again(failure)) {
      return;
    }
    fail(failure);
  }

  /** More of the request's body may be sent to the backend. */
  public void backendWritable() {
    if (!ended && !requestWhole && nack == null) {
      caller.reading(true);
    }
  }

  /** Reads no more from the backend than the caller takes. */
  private void holdBackend() {
    if (backend != null && !caller.writable()) {
      backend.reading(false);
    }
  }

  private void pass(Head head) {
    response = head;
    forgetBody();
    answerNanos = turn.nanoTime();
    for (int i = depth - 1; i >= 0; i--) {
      entered[i].response(this);
    }
    if (emptied) {
      head.dropBody();
    }
  }

  private void end(Outcome outcome) {
    ended = true;
    forgetBody();
    leave(0, outcome);
    entered = NONE;
    if (attempts != null) {
      attempts.over();
    }
  }

  private void forgetBody() {
    if (kept != null) {
      kept.release();
    }
  }

  private void dropBackend(ErrorCode why) {
    var stream = backend;
    backend = null;
    if (stream != null) {
      stream.reset(why);
    }
  }
}

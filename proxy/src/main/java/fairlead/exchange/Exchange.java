package fairlead.exchange;

import fairlead.exchange.Outcome.Failed;
import fairlead.http.Deadline;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.TraceId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
  private boolean requestWhole;

  /** Null while it has none. */
  private @Nullable Rarities rare;

  /** Null when there is none. */
  private final @Nullable SentBody sentBody;

  private final boolean bodyless;

  /** What an attempt enters lies above. */
  private int attemptsDepth;

  /** Filters below have not seen the head of the response yet. */
  private int unshown;

  private @Nullable Withheld withheld;
  private boolean callerRetries;

  private boolean emptied;
  private boolean tunnelled;

  /** The head of an answer goes, or went, to the caller. */
  private boolean answered;

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
    this.sentBody = bodyless ? null : new SentBody(limits.keptBody());
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

  /** Whether all of the request is there. */
  public boolean isRequestWhole() {
    return requestWhole;
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

  /** Gives it up at the deadline, when nothing answered it until then. */
  public void giveUpAt(EventExecutor loop, long delayNanos, Supplier<Failure> failure) {
    int from = depth;
    int answeredAt = answerDepth;
    rare().deadlineTimer =
        loop.schedule(
            () -> giveUp(from, answeredAt, failure.get()), delayNanos, TimeUnit.NANOSECONDS);
  }

  /** What became of the running attempt; null while, or where, nobody can tell. */
  public @Nullable ResponseClass responseClass() {
    return attempts == null ? null : attempts.result();
  }

  /**
   * Whether the head of the response went by before {@link #responseClass} was known, which is so
   * at the end only.
   *
   * @param attempt as filters of the attempt saw it go by; else as those outside did
   */
  public boolean isClassLate(boolean attempt) {
    return attempts != null && attempts.isLate(attempt);
  }

  /** Tells the class in the trailers, once it is known. For filters that are shown the head. */
  public void classInTrailers(boolean told) {
    if (attempts != null) {
      attempts.tellInTrailers(told);
    }
  }

  /** Whether whoever sent this request sends it again when it fails. */
  public boolean callerRetries() {
    return callerRetries;
  }

  public void callerRetries(boolean retrying) {
    callerRetries = retrying;
  }

  /** How often it was sent again although it may have been processed. */
  public int retries() {
    return rare == null ? 0 : rare.retries;
  }

  /** The caller's Host, once a filter replaced it; else null. */
  public @Nullable String callerHost() {
    return rare == null ? null : rare.callerHost;
  }

  public void callerHost(String host) {
    rare().callerHost = host;
  }

  /** The protocol that the backend is asked to change to, or null. */
  public @Nullable String upgrade() {
    return rare == null ? null : rare.upgrade;
  }

  public void upgrade(String protocol) {
    rare().upgrade = protocol;
  }

  /** Whether its answer opened a tunnel. */
  public boolean isTunnel() {
    return tunnelled;
  }

  /** What is noted of it; null where nobody asked for that. */
  public @Nullable Notes notes() {
    return rare == null ? null : rare.notes;
  }

  /** From here on things are noted, for {@link #notes}. */
  public Notes note() {
    var kept = rare();
    if (kept.notes == null) {
      kept.notes = new Notes(request.targetOffset(), request.targetLength());
    }
    return kept.notes;
  }

  /** The answer goes on without its body. For filters that are shown its head. */
  public void emptyAnswer() {
    emptied = true;
  }

  /** Who wants to know how this goes; null for nobody. */
  public @Nullable Inquiry inquiry() {
    return rare == null ? null : rare.inquiry;
  }

  public void inquiry(Inquiry asked) {
    rare().inquiry = asked;
  }

  /** Has the answer's body replaced; null leaves it as it is. Before its head is there. */
  public void rewriteAnswer(@Nullable AnswerRewriter rewriter) {
    rare().rewriter = rewriter;
  }

  private Rarities rare() {
    if (rare == null) {
      rare = new Rarities();
    }
    return rare;
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

  /** Ends the filters of the running attempt. */
  public void leaveAttempt(Outcome outcome) {
    leave(attemptsDepth, outcome);
  }

  /** A new attempt begins: its filters are entered next. */
  public void beginAttempt() {
    attemptNanos = turn.nanoTime();
    if (attempts != null) {
      attempts.begin();
    }
  }

  /** Ends the filters of an attempt, which are those above {@code toDepth}. */
  public void leave(int toDepth, Outcome outcome) {
    if (response == null) {
      answerNanos = turn.nanoTime();
    }
    if (outcome instanceof Failed(var failure) && attempts != null) {
      attempts.endedBy(request, failure);
    }
    while (depth > toDepth) {
      entered[--depth].end(this, outcome);
    }
  }

  /**
   * From here on there are attempts.
   *
   * @param starter who is asked when one fails
   */
  public void attempts(Attempts starter) {
    attempts = starter;
    attemptsDepth = depth;
  }

  /** So much of the request's body is kept, in bytes; before any of it came. */
  public void keepBody(int mostBytes) {
    if (sentBody != null) {
      sentBody.keepAtMost(mostBytes);
    }
  }

  /** Another attempt is to begin: nothing of the last one is awaited any more. */
  public void forgetAttempt() {
    if (withheld != null) { // that can only be one whose end is awaited
      withheld = null;
      dropBackend(ErrorCode.CANCEL);
    }
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
    if (sentBody != null) {
      sentBody.sendTo(stream);
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
    boolean processed = answered || response != null || retries() > 0;
    if (answered) {
      end(new Failed(failure));
      caller.reset(told(failure.code(), processed));
      return;
    }
    dropHeld(new Failed(failure));
    leave(answerDepth, new Failed(failure));
    var reset = caller.resetFor(failure);
    if (reset != null) {
      end(new Failed(failure));
      caller.reset(told(reset, processed));
      return;
    }
    var answer = Answer.of(failure);
    byte[] body = answer.body(limits);
    var head = answer.head(limits, retries() == 0);
    head.receivedContentLength(body.length);
    begin(head);
    boolean rewritten = rewrittenBytes(head) >= 0;
    pass(head);
    if (rewritten) {
      body = rewritten(head, body, true);
    } else if (emptied) {
      body = new byte[0];
    }
    end(new Failed(failure));
    answer(head, body);
  }

  /** That nobody processed the request is told only where it is certain (RFC 9113 §8.7). */
  private static ErrorCode told(ErrorCode code, boolean processed) {
    return processed && code == ErrorCode.REFUSED_STREAM ? ErrorCode.INTERNAL_ERROR : code;
  }

  /**
   * There was no answer in time: what was entered beyond {@code depth} sees the request cancelled,
   * what was entered before it sees {@code failure}, which is answered at {@code answeredAt}.
   */
  public void giveUp(int depth, int answeredAt, Failure failure) {
    if (ended || answered) {
      return;
    }
    dropBackend(ErrorCode.CANCEL);
    dropHeld(Outcome.ABANDONED);
    leave(depth, Outcome.ABANDONED);
    answerDepth = answeredAt;
    fail(failure);
  }

  /** The running attempt is given up. */
  public void attemptFailed(Failure failure) {
    if (!ended) {
      dropBackend(ErrorCode.CANCEL);
      lost(failure, false);
    }
  }

  /** Passes on what was held back: it takes too long to know better. */
  public void releaseAnswer() {
    if (withheld instanceof Withheld.Held held) {
      release(held, false);
      holdBackend();
    }
  }

  // What the caller's stream tells.

  /** A part of the request's body. Takes the buffer over. */
  public void requestData(ByteBuf data) {
    var to = backend;
    if (ended || to == null) {
      data.release();
      return;
    }
    if (rare != null && rare.notes != null) {
      rare.notes.request(data.readableBytes());
    }
    if (sentBody != null && !answered) {
      sentBody.passed(data, request.contentLength());
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
      if (trailers != null && sentBody != null) {
        sentBody.passedTrailers();
      }
      backend.end(trailers);
    }
  }

  /**
   * The caller went away.
   *
   * @param why as far as it said; {@code NO_ERROR} for the orderly end of a tunnel
   */
  public void callerGone(ErrorCode why) {
    if (ended) {
      return;
    }
    if (tunnelled && why == ErrorCode.NO_ERROR) {
      leaveTunnel();
    } else if (tunnelled) {
      dropBackend(why.passedOn());
      end(Outcome.ANSWERED);
    } else {
      dropBackend(why.passedOn());
      dropHeld(Outcome.ABANDONED);
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
      for (int i = depth - 1; i >= 0; i--) {
        entered[i].interim(head);
      }
      caller.interim(head);
      holdBackend();
    }
  }

  /** The head of the final response; {@code last} when no body follows. */
  public void responseHead(Head head, boolean last) {
    if (ended) {
      return;
    }
    var nack = Nacks.of(head);
    if (nack == null) {
      answer(head, last);
    } else if (last) {
      nacked(nack);
    } else {
      withheld = new Withheld.Nack(nack);
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
    begin(head);
    if (attempts != null) {
      attempts.tunnel();
    }
    pass(head);
    caller.tunnel(head, upgrade());
    if (backend != null) {
      caller.reading(backend.writable());
    }
  }

  private void answer(Head head, boolean last) {
    begin(head);
    if (attempts != null) {
      attempts.head(request, head, last);
      if (retry(attempts, last, head) || hold(attempts, head)) {
        return;
      }
    }
    int rewritten = last ? 0 : rewrittenBytes(head);
    if (rewritten > 0 && head.contentLength() >= 0 && head.contentLength() <= rewritten) {
      withheld = new Withheld.Held(head, rewritten, true);
      showAttempt();
    } else {
      passOn(head, last);
    }
  }

  /** How much of the body is needed to put another in its place. */
  private int rewrittenBytes(Head head) {
    return rare == null || rare.rewriter == null
        ? AnswerRewriter.UNCHANGED
        : rare.rewriter.mostBytes(this, head);
  }

  /** From here on {@code head} is the response of the attempt. */
  private void begin(Head head) {
    response = head;
    unshown = depth;
    answerNanos = turn.nanoTime();
  }

  private void passOn(Head head, boolean last) {
    if (rewrittenBytes(head) >= 0) {
      replace(head, new byte[0], last);
      return;
    }
    long length = head.contentLength();
    boolean appended = isAppended(head);
    pass(head);
    if (emptied && !last && (length < 0 || length > DISCARDED_BYTES)) {
      dropBackend(ErrorCode.NO_ERROR);
    }
    if (appended) {
      head.forgetLength();
    }
    boolean done = last || emptied;
    var behind = done ? appended(head) : null;
    if (done) {
      backend = null;
      end(Outcome.ANSWERED);
    }
    caller.head(head, done && behind == null);
    if (behind != null) {
      caller.data(behind);
      caller.end(null);
    }
  }

  private boolean isAppended(Head head) {
    return rewrittenBytes(head) == AnswerRewriter.APPENDED;
  }

  /** What is to come between the body and its trailers; null for nothing. */
  private @Nullable ByteBuf appended(@Nullable Head head) {
    return head == null || rare == null || rare.rewriter == null || !isAppended(head)
        ? null
        : Unpooled.wrappedBuffer(rare.rewriter.rewrite(this, head, new byte[0], false));
  }

  /**
   * Sends the head with another body.
   *
   * @param body its own, as far as it was kept
   * @param whole nothing of it is missing
   */
  private void replace(Head head, byte[] body, boolean whole) {
    emptied = true;
    boolean longer = head.contentLength() < 0 || head.contentLength() > DISCARDED_BYTES;
    pass(head);
    byte[] other = rewritten(head, body, whole);
    if (!whole && longer) {
      dropBackend(ErrorCode.NO_ERROR);
    }
    backend = null;
    end(Outcome.ANSWERED);
    answer(head, other);
  }

  private byte[] rewritten(Head head, byte[] body, boolean whole) {
    var rewriter = rare == null ? null : rare.rewriter;
    byte[] other = rewriter == null ? body : rewriter.rewrite(this, head, body, whole);
    head.replaceBody(other.length);
    return other;
  }

  /** The head, then the body, then the end. */
  private void answer(Head head, byte[] body) {
    boolean headOnly = body.length == 0 || request.methodIs("HEAD");
    caller.head(head, headOnly);
    if (!headOnly) {
      caller.data(Unpooled.wrappedBuffer(body));
      caller.end(null);
    }
  }

  /**
   * Throws the answer away and sends the request again, where it is worth it and allowed.
   *
   * @param whole nothing more of the answer is to come
   * @param said what made it retryable
   */
  private boolean retry(Attempts trying, boolean whole, Fields said) {
    if (!trying.isRetryable() || !trying.mayRetry(!isBodyGone())) {
      return false;
    }
    showAttempt();
    long pushback = trying.pushbackMillis(said);
    dropHeld(Outcome.RETRIED);
    if (whole) {
      backend = null;
    } else if (requestWhole) {
      withheld = Withheld.Discarded.ANSWER;
    } else {
      dropBackend(ErrorCode.CANCEL);
    }
    again(trying, Outcome.RETRIED, pushback);
    return true;
  }

  private void again(Attempts trying, Outcome outcome, long pushbackMillis) {
    leave(attemptsDepth, outcome);
    response = null;
    caller.reading(false);
    rare().retries++;
    trying.retry(pushbackMillis);
  }

  /** Holds the answer back, where its end may yet call for another attempt. */
  private boolean hold(Attempts trying, Head head) {
    if (isBodyGone() || !trying.isWorthHolding(request, head)) {
      return false;
    }
    int most = trying.hold();
    if (most == 0) {
      return false;
    }
    withheld = new Withheld.Held(head, most, false);
    showAttempt();
    return true;
  }

  private boolean isBodyGone() {
    return sentBody != null && sentBody.isGone();
  }

  private void release(Withheld.Held back, boolean tooLong) {
    unhold(tooLong);
    passOn(back.head(), false);
    if (!emptied) {
      back.body().sendTo(caller);
    }
    back.body().release();
  }

  /** What was held back is passed on to nobody. */
  private void dropHeld(Outcome outcome) {
    if (withheld instanceof Withheld.Held held) {
      held.body().release();
      unhold(false);
      leave(attemptsDepth, outcome);
      response = null;
    }
  }

  private void unhold(boolean tooLong) {
    withheld = null;
    if (attempts != null) {
      attempts.held(tooLong);
    }
  }

  /** A part of the response's body. Takes the buffer over. */
  public void responseData(ByteBuf data) {
    if (ended) {
      data.release();
      return;
    }
    if (rare != null && rare.notes != null) {
      rare.notes.response(data.readableBytes());
    }
    if ((withheld != null && withhold(withheld, data)) || ended) {
      data.release();
      return;
    }
    caller.data(data);
    holdBackend();
  }

  /** Whether the part of the body, which stays the caller's, goes no further. */
  private boolean withhold(Withheld answer, ByteBuf data) {
    return switch (answer) {
      case Withheld.Held held -> keepHeld(held, data);
      case Withheld.Discarded _ -> true;
      case Withheld.Nack nack -> {
        if (nack.isTooMuch(data.readableBytes())) {
          dropBackend(ErrorCode.NO_ERROR);
          nacked(nack.said());
        }
        yield true;
      }
    };
  }

  /** Keeps a copy with what is held back, or releases that when it becomes too much. */
  private boolean keepHeld(Withheld.Held back, ByteBuf data) {
    if (back.body().add(data)) {
      return true;
    }
    release(back, true);
    return false;
  }

  /** The response is whole. */
  public void responseEnd(@Nullable Fields trailers) {
    if (ended) {
      return;
    }
    switch (withheld) {
      case Withheld.Nack nack -> nacked(nack.said());
      case Withheld.Discarded _ -> discarded();
      case Withheld.Held held -> complete(held, trailers);
      case null -> complete(null, trailers);
    }
  }

  private void discarded() {
    withheld = null;
    backend = null;
  }

  private void complete(Withheld.@Nullable Held back, @Nullable Fields trailers) {
    if (response != null && attempts != null) {
      attempts.end(request, response, trailers);
    }
    if (back != null && back.isRewritten()) {
      byte[] body = back.body().bytes();
      back.body().release();
      unhold(false);
      replace(back.head(), body, true);
      return;
    }
    if (back != null) {
      var said = trailers == null ? back.head() : trailers;
      if (attempts != null && retry(attempts, true, said)) {
        return;
      }
      release(back, false);
      if (ended) {
        return;
      }
    }
    backend = null;
    var told = attempts == null ? trailers : attempts.tell(trailers);
    var behind = appended(response);
    end(Outcome.ANSWERED);
    if (behind != null) {
      caller.data(behind);
    }
    caller.end(told);
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
    switch (withheld) {
      case Withheld.Nack nack -> nacked(nack.said());
      case Withheld.Discarded _ -> discarded();
      case Withheld.Held _ -> lost(failure, false);
      case null -> lost(failure, unprocessed && !isBodyGone() && response == null);
    }
  }

  /** The backend did not process the request, and has said all that we listen to of it. */
  private void nacked(Failure.Nacked said) {
    withheld = null;
    boolean resendable = said.isRetryable() && !isBodyGone();
    lost(resendable ? said : said.forGood(), resendable);
  }

  private void lost(Failure failure, boolean resendable) {
    backend = null;
    caller.reading(false);
    if (answered || (!(resendable && isSentAgain(failure)) && !isRetried(failure))) {
      fail(failure);
    }
  }

  private boolean isSentAgain(Failure failure) {
    return attempts != null && attempts.again(failure);
  }

  private boolean isRetried(Failure failure) {
    if (attempts == null
        || !attempts.failed(request, failure)
        || !attempts.mayRetry(!isBodyGone())) {
      return false;
    }
    dropHeld(new Failed(failure));
    again(attempts, new Failed(failure), ResponseClassifier.NO_PUSHBACK);
    return true;
  }

  /** More of the request's body may be sent to the backend. */
  public void backendWritable() {
    if (!ended && !requestWhole && !(withheld instanceof Withheld.Nack)) {
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
    answered = true;
    forgetBody();
    stopDeadline();
    showAttempt();
    if (attempts != null) {
      attempts.shownToAll();
    }
    show(0);
    if (emptied) {
      head.dropBody();
      if (request.isHttp2()) {
        head.forgetLength(); // spec/http.md §17.12
      }
    }
  }

  /** Shows the head of the response to the filters of the attempt alone. */
  private void showAttempt() {
    if (attempts != null && unshown > attemptsDepth) {
      attempts.shownToAttempt();
    }
    show(attemptsDepth);
  }

  private void show(int toDepth) {
    while (unshown > toDepth) {
      entered[--unshown].response(this);
    }
  }

  private void end(Outcome outcome) {
    ended = true;
    forgetBody();
    stopDeadline();
    leave(0, outcome);
    entered = NONE;
    if (attempts != null) {
      attempts.over();
    }
  }

  private void stopDeadline() {
    if (rare != null && rare.deadlineTimer != null) {
      rare.deadlineTimer.cancel(false);
      rare.deadlineTimer = null;
    }
  }

  private void forgetBody() {
    if (sentBody != null) {
      sentBody.forget();
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

package fairlead.exchange;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a request got no answer from a backend: one class a reason ({@code spec/http.md} §6). Cheap
 * to make: carries no stack trace. What the caller is told is decided in {@link Answer#of}.
 */
public abstract sealed class Failure extends RuntimeException {
  private Failure(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }

  private Failure(String message) {
    this(message, null);
  }

  /** What to tell the caller, and where the body says more than a line. */
  public final String text() {
    return String.valueOf(getMessage());
  }

  /** What a peer is told for whom an answer had begun, or who gets no answer. */
  public final ErrorCode code() {
    return switch (this) {
      case StreamReset reset -> reset.why.passedOn();
      case ConnectionLeaving _ -> ErrorCode.REFUSED_STREAM;
      default -> ErrorCode.INTERNAL_ERROR;
    };
  }

  /** No identifier named the request. */
  public static final class Unidentifiable extends Failure {
    public Unidentifiable(String reason) {
      super("Unknown destination: " + reason);
    }
  }

  /** What should name the request cannot be a name, or is read in different ways by servers. */
  public static final class BadName extends Failure {
    public BadName(String reason) {
      super("Unknown destination: " + reason);
    }
  }

  /** A method that is not passed on. */
  public static final class MethodNotServed extends Failure {
    public MethodNotServed(String method) {
      super("The method " + method + " is not served here");
    }
  }

  /** More hops than {@code maxCallDepth}: most likely a loop. */
  public static final class CallDepthExceeded extends Failure {
    public CallDepthExceeded(int limit) {
      super(
          "Maximum number of calls ("
              + limit
              + ") has been exceeded. Please check for proxy loops.");
    }
  }

  /** A {@code TRACE} whose {@code Max-Forwards} is no number ({@code spec/http.md} §14). */
  public static final class BadMaxForwards extends Failure {
    public BadMaxForwards() {
      super("Invalid value for Max-Forwards header");
    }
  }

  /** {@code l5d-dtab} or {@code l5d-ctx-dtab} does not parse. */
  public static final class BadDtab extends Failure {
    public BadDtab(String message) {
      super(message);
    }
  }

  /** The caller's body is not framed as it should be. */
  public static final class BadBody extends Failure {
    public BadBody(String reason) {
      super(reason);
    }
  }

  /** The caller's body comes too slowly. */
  public static final class BodyTimedOut extends Failure {
    public BodyTimedOut() {
      super("The rest of the request's body did not come in time");
    }
  }

  /** The caller's body is longer than is taken. */
  public static final class BodyTooLong extends Failure {
    public BodyTooLong(long most) {
      super("The body of the request is longer than " + most + " bytes");
    }
  }

  /** The name is bound to nothing, or nobody is behind it. */
  public static final class NoEndpoint extends Failure {
    public NoEndpoint(String text) {
      super(text);
    }
  }

  /** The name is bound to nothing, as far as is known: who knows could not be asked. */
  public static final class NothingKnown extends Failure {
    public NothingKnown(String text) {
      super(text);
    }
  }

  /** The name or its addresses could not be looked up. */
  public static final class LookupFailed extends Failure {
    public LookupFailed(String reason) {
      super(reason);
    }
  }

  /** The name was not bound in time. */
  public static final class BindingTimedOut extends Failure {
    public BindingTimedOut(String text) {
      super(text);
    }
  }

  /** No connection to an endpoint; nothing was sent. */
  public static final class ConnectFailed extends Failure {
    public ConnectFailed(String text, Throwable cause) {
      super(text, cause);
    }
  }

  /** No local port or descriptor for a connection; nothing was sent. */
  public static final class ConnectStarved extends Failure {
    public ConnectStarved(String endpoint, Throwable cause) {
      super(
          "No local port or file descriptor is left for a connection to "
              + endpoint
              + ": "
              + cause.getMessage(),
          cause);
    }
  }

  /** Who answers at the endpoint's address is another service; nothing was sent. */
  public static final class WrongService extends Failure {
    public WrongService(String text, Throwable cause) {
      super(text, cause);
    }
  }

  /** The pool of an endpoint is full, and so is its queue; nothing was sent. */
  public static final class TooManyWaiters extends Failure {
    public TooManyWaiters(int maxWaiters) {
      super("Too many requests wait for a connection: " + maxWaiters);
    }
  }

  /** The request could not be written whole. */
  public static final class WriteFailed extends Failure {
    public WriteFailed(String endpoint, Throwable cause) {
      super("Could not write to " + endpoint + ": " + cause.getMessage(), cause);
    }
  }

  /** The backend closed the connection before the answer was whole. */
  public static final class BackendClosed extends Failure {
    private final boolean unused;

    public BackendClosed(String endpoint) {
      this(endpoint, false);
    }

    /**
     * The same.
     *
     * @param unused nothing had come over the connection before: it was not idle for too long
     */
    public BackendClosed(String endpoint, boolean unused) {
      super("The connection was closed by " + endpoint + " before the response was complete");
      this.unused = unused;
    }

    public boolean wasUnused() {
      return unused;
    }
  }

  /** The connection to the backend broke. */
  public static final class BackendBroken extends Failure {
    private final boolean unused;

    public BackendBroken(String endpoint, Throwable cause) {
      this(endpoint, cause, false);
    }

    /**
     * The same.
     *
     * @param unused nothing had come over the connection before: it was not idle for too long
     */
    public BackendBroken(String endpoint, Throwable cause, boolean unused) {
      super("The connection to " + endpoint + " failed: " + cause.getMessage(), cause);
      this.unused = unused;
    }

    public boolean wasUnused() {
      return unused;
    }
  }

  /** The backend said nothing for {@code socketOptions.readTimeoutMs}. */
  public static final class ReadTimedOut extends Failure {
    public ReadTimedOut(String endpoint, Duration timeout) {
      super("Nothing came from " + endpoint + " for " + DurationText.show(timeout));
    }
  }

  /** The backend gave up this one stream. */
  public static final class StreamReset extends Failure {
    private final ErrorCode why;

    public StreamReset(String endpoint, ErrorCode why) {
      super("The stream was reset by " + endpoint + ": " + why);
      this.why = why;
    }

    public ErrorCode why() {
      return why;
    }
  }

  /** The backend takes nothing more on this connection, and did not look at the request. */
  public static final class ConnectionLeaving extends Failure {
    public ConnectionLeaving(String endpoint) {
      super("The connection was given up by " + endpoint + " before it looked at the request");
    }
  }

  /** What the backend sent is no response. */
  public static final class BadResponse extends Failure {
    public BadResponse(String endpoint, String reason) {
      super("Bad response from " + endpoint + ": " + reason);
    }
  }

  /** The backend says that it did not process the request. */
  public static final class Nacked extends Failure {
    private final boolean retryable;

    /**
     * A nack.
     *
     * @param retryable whether the same request may be sent again
     */
    public Nacked(boolean retryable) {
      super("The request was Nacked by the server");
      this.retryable = retryable;
    }

    public boolean isRetryable() {
      return retryable;
    }

    /** The same, of a request that cannot be sent again. */
    Nacked forGood() {
      return retryable ? new Nacked(false) : this;
    }
  }

  /** The backends refuse most requests; this one was held back, and nothing was sent. */
  public static final class HeldBack extends Failure {
    public HeldBack() {
      super("Request not issued to the backend due to observed overload.");
    }
  }

  /** Every endpoint has as many requests in progress as it bears; nothing was sent. */
  public static final class ConcurrencyLimited extends Failure {
    /**
     * A request.
     *
     * @param limit of all endpoints together
     */
    public ConcurrencyLimited(String client, int limit) {
      super(
          "Request not issued: all endpoints of "
              + client
              + " are at their adaptive concurrency limits, "
              + limit
              + " requests together");
    }
  }

  /** No answer within a listener's {@code timeoutMs}. */
  public static final class RequestTimedOut extends Failure {
    public RequestTimedOut(Duration timeout) {
      super(
          "exceeded "
              + DurationText.show(timeout)
              + " to unspecified while waiting for a response for an individual request, excluding"
              + " retries. Remote Info: Not Available");
    }
  }

  /** No answer within a service's {@code totalTimeoutMs}, retries included. */
  public static final class TotalTimedOut extends Failure {
    public TotalTimedOut(Duration timeout) {
      super(
          "exceeded "
              + DurationText.show(timeout)
              + " to unspecified while waiting for a response for the request, including retries"
              + " (if applicable). Remote Info: Not Available");
    }
  }

  /** No answer to an attempt within a client's {@code requestAttemptTimeoutMs}. */
  public static final class AttemptTimedOut extends Failure {
    /**
     * An attempt.
     *
     * @param client whose {@code timeout} it is
     * @param endpoint that was asked
     * @param trace id of the request, or what there is instead
     */
    public AttemptTimedOut(Duration timeout, String client, String endpoint, String trace) {
      super(
          "exceeded "
              + DurationText.show(timeout)
              + " to "
              + client
              + " while waiting for a response for an individual request, excluding retries. Remote"
              + " Info: Upstream Address: Not Available, Upstream id: Not Available, Downstream"
              + " Address: "
              + endpoint
              + ", Downstream label: "
              + client
              + ", Trace Id: "
              + trace);
    }
  }

  /** The caller's deadline has passed ({@code l5d-ctx-deadline}, {@code grpc-timeout}). */
  public static final class DeadlineExceeded extends Failure {
    public DeadlineExceeded(Duration by) {
      super("exceeded request deadline by " + DurationText.show(by));
    }
  }

  /** Memory is nearly spent, so that no request is taken. */
  public static final class MemoryScarce extends Failure {
    public MemoryScarce() {
      super("Request was not taken as memory is nearly spent here, and is safe to retry");
    }
  }

  /** {@code maxConcurrentRequests} are in progress. */
  public static final class Overloaded extends Failure {
    public Overloaded() {
      super("Request was not processed by the server due to an error and is safe to retry");
    }
  }
}

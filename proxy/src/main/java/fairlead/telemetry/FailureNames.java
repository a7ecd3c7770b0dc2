package fairlead.telemetry;

import fairlead.exchange.ErrorCode;
import fairlead.exchange.Failure;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Under which names a failure is counted: those that rules written for Linkerd contain ({@code
 * spec/telemetry.md} §13).
 *
 * @param flags each gets the whole chain of classes below it; none means the chain stands alone
 * @param classes outermost first
 */
public record FailureNames(List<String> flags, List<String> classes) {
  private static final int MOST_CAUSES = 8;
  private static final String FAILURE = "com.twitter.finagle.Failure";
  private static final List<String> UNSENT = List.of("rejected", "restartable");
  private static final List<String> REFUSED = List.of("nonretryable", "rejected");

  public FailureNames {
    flags = List.copyOf(flags);
    classes = List.copyOf(classes);
  }

  /** A response that the classifier calls a failure. */
  static final FailureNames RESPONSE =
      plain("com.twitter.finagle.service.ResponseClassificationSyntheticException");

  private static final String RESET = "com.twitter.finagle.buoyant.h2.Reset";

  /** The caller went away. */
  static final FailureNames ABANDONED =
      new FailureNames(
          List.of("interrupted"),
          List.of(FAILURE, "com.twitter.finagle.CancelledRequestException"));

  /** The names of an attempt that failed, or of not even getting a connection for it. */
  public static FailureNames ofAttempt(Failure failure) {
    return switch (failure) {
      case Failure.Unidentifiable _, Failure.BadName _ ->
          plain("io.buoyant.router.RoutingFactory$UnknownDst");
      case Failure.NoEndpoint _, Failure.NothingKnown _ ->
          plain("com.twitter.finagle.naming.buoyant.RichNoBrokersAvailableException");
      case Failure.TotalTimedOut _ -> plain("com.twitter.finagle.GlobalRequestTimeoutException");
      case Failure.DeadlineExceeded _ ->
          new FailureNames(List.of("deadline_exceeded"), List.of(failure.getClass().getName()));
      case Failure.RequestTimedOut _, Failure.AttemptTimedOut _ ->
          plain("com.twitter.finagle.IndividualRequestTimeoutException");
      case Failure.ConnectStarved starved ->
          new FailureNames(UNSENT, List.of(FAILURE, starved.getClass().getName()));
      case Failure.WrongService wrong ->
          new FailureNames(UNSENT, List.of(FAILURE, wrong.getClass().getName()));
      case Failure.ConnectFailed connect ->
          new FailureNames(UNSENT, withCauses(connect, FAILURE, unconnected(connect)));
      case Failure.BackendClosed _ -> plain("com.twitter.finagle.ChannelClosedException");
      case Failure.ReadTimedOut _ -> plain("com.twitter.finagle.ReadTimedOutException");
      case Failure.BackendBroken broken ->
          new FailureNames(
              List.of(), withCauses(broken, "com.twitter.finagle.UnknownChannelException"));
      case Failure.ConnectionLeaving _ -> new FailureNames(UNSENT, List.of(FAILURE, RESET));
      case Failure.StreamReset reset ->
          new FailureNames(
              reset.why() == ErrorCode.REFUSED_STREAM ? UNSENT : List.of(),
              List.of(FAILURE, RESET));
      case Failure.WriteFailed write ->
          new FailureNames(
              List.of("restartable"),
              withCauses(write, FAILURE, "com.twitter.finagle.ChannelWriteException"));
      case Failure.TooManyWaiters _ ->
          new FailureNames(UNSENT, List.of(FAILURE, "com.twitter.finagle.TooManyWaitersException"));
      case Failure.Nacked nacked ->
          new FailureNames(nacked.isRetryable() ? UNSENT : REFUSED, List.of(FAILURE));
      case Failure.Overloaded _,
          Failure.MemoryScarce _,
          Failure.HeldBack _,
          Failure.ConcurrencyLimited _ ->
          new FailureNames(UNSENT, List.of(FAILURE));
      case Failure.MethodNotServed _,
          Failure.CallDepthExceeded _,
          Failure.BadMaxForwards _,
          Failure.BadDtab _,
          Failure.BadBody _,
          Failure.BodyTooLong _,
          Failure.BodyTimedOut _,
          Failure.LookupFailed _,
          Failure.BindingTimedOut _,
          Failure.BadResponse _ ->
          plain(failure.getClass().getName());
    };
  }

  /** The names of a request that failed in the end. */
  static FailureNames ofRequest(Failure failure) {
    return failure instanceof Failure.ConnectFailed
        ? plain("com.twitter.finagle.naming.buoyant.RichConnectionFailedExceptionWithPath")
        : ofAttempt(failure);
  }

  /** Adds one to every prefix of every chain. */
  public void count(Metrics failures) {
    if (flags.isEmpty()) {
      countClasses(failures);
    }
    for (String flag : flags) {
      failures.counter(flag).increment();
      countClasses(failures.scope(flag));
    }
  }

  private void countClasses(Metrics scope) {
    var at = scope;
    for (String name : classes) {
      at.counter(name).increment();
      at = at.scope(name);
    }
  }

  private static String unconnected(Failure.ConnectFailed connect) {
    return connect.getCause() instanceof SSLPeerUnverifiedException
        ? "com.twitter.finagle.SslVerificationFailedException"
        : "com.twitter.finagle.ConnectionFailedException";
  }

  private static FailureNames plain(String name) {
    return new FailureNames(List.of(), List.of(name));
  }

  private static List<String> withCauses(Failure failure, String... names) {
    var chain = new ArrayList<>(List.of(names));
    var cause = failure.getCause();
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      chain.add(cause.getClass().getName());
      cause = cause.getCause();
    }
    return chain;
  }
}

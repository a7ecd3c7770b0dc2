package fairlead.telemetry;

import fairlead.exchange.Failure;
import java.util.List;

/**
 * Under which names a failure is counted: those that rules written for Linkerd contain ({@code
 * spec/telemetry.md} §13).
 *
 * @param flags each gets the whole chain of classes below it; none means the chain stands alone
 * @param classes outermost first
 */
record FailureNames(List<String> flags, List<String> classes) {
  private static final String FAILURE = "com.twitter.finagle.Failure";
  private static final List<String> UNSENT = List.of("rejected", "restartable");

  /** A response that the classifier calls a failure. */
  static final FailureNames RESPONSE =
      plain("com.twitter.finagle.service.ResponseClassificationSyntheticException");

  /** The caller went away. */
  static final FailureNames ABANDONED =
      new FailureNames(
          List.of("interrupted"),
          List.of(FAILURE, "com.twitter.finagle.CancelledRequestException"));

  static FailureNames of(Failure failure) {
    return switch (failure) {
      case Failure.Unidentifiable _ -> plain("io.buoyant.router.RoutingFactory$UnknownDst");
      case Failure.NoEndpoint _, Failure.NothingKnown _ ->
          plain("com.twitter.finagle.naming.buoyant.RichNoBrokersAvailableException");
      case Failure.ConnectFailed connect ->
          new FailureNames(
              UNSENT,
              List.of(FAILURE, "com.twitter.finagle.ConnectionFailedException", cause(connect)));
      case Failure.BackendClosed _ -> plain("com.twitter.finagle.ChannelClosedException");
      case Failure.BackendBroken broken ->
          new FailureNames(
              List.of(), List.of("com.twitter.finagle.UnknownChannelException", cause(broken)));
      case Failure.WriteFailed write ->
          new FailureNames(
              List.of("restartable"),
              List.of(FAILURE, "com.twitter.finagle.ChannelWriteException", cause(write)));
      case Failure.TooManyWaiters _ ->
          new FailureNames(UNSENT, List.of(FAILURE, "com.twitter.finagle.TooManyWaitersException"));
      case Failure.Overloaded _ -> new FailureNames(UNSENT, List.of(FAILURE));
      case Failure.CallDepthExceeded _,
          Failure.BadDtab _,
          Failure.BadBody _,
          Failure.LookupFailed _,
          Failure.BindingTimedOut _,
          Failure.BadResponse _ ->
          plain(failure.getClass().getName());
    };
  }

  /** Adds one to every prefix of every chain. */
  void count(Metrics failures) {
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

  private static FailureNames plain(String name) {
    return new FailureNames(List.of(), List.of(name));
  }

  private static String cause(Failure failure) {
    var cause = failure.getCause();
    return cause == null ? failure.getClass().getName() : cause.getClass().getName();
  }
}

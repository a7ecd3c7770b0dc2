package fairlead.server;

import fairlead.activity.Watch;
import fairlead.exchange.AnswerTimeout;
import fairlead.exchange.Failure.RequestTimedOut;
import fairlead.exchange.Stack;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.RequestRecorder;
import fairlead.telemetry.RequestStats;
import fairlead.telemetry.RequestStats.Side;
import fairlead.telemetry.StatusStats;
import fairlead.telemetry.access.AccessLogs;
import fairlead.telemetry.trace.RouterTracing;
import io.netty.util.concurrent.EventExecutor;
import java.util.random.RandomGenerator;

/**
 * What a request passes before it is routed ({@code spec/http.md} §1.1). One a listener and event
 * loop; the counters behind are shared.
 *
 * @param outer sees the answers that we make of failures
 * @param inner sees failures
 */
public record ServerStack(Stack outer, Stack inner) {
  /** Counters of one listener, shared by its loops. */
  public record Shared(
      RequestStats requests,
      StatusStats status,
      MemoryFilter memory,
      Concurrency concurrency,
      DeadlineFilter.Stats deadlines,
      ServedMethods methods,
      AccessLogs logs,
      RouterTracing tracing)
      implements Watch {
    /**
     * Makes the counters at 0.
     *
     * @param memory of the process
     * @param logs of the router
     * @param tracing of the router
     * @param scope {@code rt/<label>/server/<ip>/<port>}
     */
    public static Shared of(
        ServerConfig config,
        MemoryGuard memory,
        AccessLogs logs,
        RouterTracing tracing,
        Metrics scope) {
      boolean streams = config.spoken() == ServerConfig.Spoken.HTTP2;
      return new Shared(
          new RequestStats(Side.SERVER, streams, scope, recorder(config)),
          new StatusStats(false, streams, scope),
          new MemoryFilter(memory, scope),
          new Concurrency(config.maxConcurrentRequests(), scope),
          DeadlineFilter.Stats.of(scope),
          new ServedMethods(config.tunnels(), config.guard(), scope),
          logs,
          tracing);
    }

    /** What is under way is counted to its end, but shown no more. */
    @Override
    public void close() {
      requests.close();
      concurrency.close();
      methods.close();
    }
  }

  private static RequestRecorder recorder(ServerConfig config) {
    return new RequestRecorder(
        config.ip().getHostAddress() + ":" + config.port(),
        config.guard().diagnostics().slowRequest());
  }

  /** The filters of one {@code loop}, whose {@code random} it is. */
  public static ServerStack of(
      ServerConfig config,
      String label,
      Shared shared,
      EventExecutor loop,
      RandomGenerator random) {
    var outer = new Stack();
    shared.logs.logRequests(outer); // outermost: tells what the caller was told
    if (config.clearContext()) {
      outer.then(
          "clearContext", new ClearContext()); // outside of all answers: our own l5d-err goes too
    }
    outer.then("status", shared.status); // outside of the answers to failures: counts them
    var inner = new Stack();
    var forwarded = config.forwarded();
    if (forwarded != null) {
      inner.then("forwarded", new ForwardedFilter(forwarded, label, random));
    }
    var timestamp = config.timestampHeader();
    if (timestamp != null) {
      inner.then("timestamp", new TimestampFilter(timestamp));
    }
    inner
        .then("methods", shared.methods) // outside of the stats, as what is no request of ours
        .then("callDepth", new CallDepth(config.maxCallDepth())); // outside of the stats (§1.1)
    if (!config.clearContext()) {
      inner.then("trace", new TraceInitialiser(shared.tracing, random));
    }
    inner
        .then("stats", shared.requests) // outside of the limit: a refusal is a failure
        .then("memory", shared.memory) // before what keeps anything of a request
        .then("concurrency", shared.concurrency)
        .then("deadline", new DeadlineFilter(loop, shared.deadlines));
    var timeout = config.guard().requestTimeout();
    if (timeout != null) { // within the stats: a failure
      inner.then("timeout", AnswerTimeout.ofRequests(timeout, loop, RequestTimedOut::new));
    }
    return new ServerStack(outer, inner);
  }
}

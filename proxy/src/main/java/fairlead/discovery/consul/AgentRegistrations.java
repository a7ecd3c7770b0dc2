package fairlead.discovery.consul;

import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.client.control.ControlRuntime;
import fairlead.discovery.consul.Reply.Bad;
import fairlead.discovery.consul.Reply.Found;
import fairlead.discovery.consul.Reply.Missing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything registered with one agent, asked every second while somebody listens: the agent's own
 * endpoints cannot block, and answer without a leader ({@code spec/ecs.md} §2). Control executor
 * only.
 */
final class AgentRegistrations {
  static final Duration INTERVAL = Duration.ofSeconds(1);

  /** What is told after each round. */
  sealed interface Report {
    /** By service name in lower case. */
    record Registered(Map<String, List<Instance>> services) implements Report {}

    /** The agent did not say. */
    record Unknown(Trouble trouble) implements Report {}
  }

  private final ConsulApi api;
  private final SerialExecutor control;
  private final ControlRuntime runtime;
  private final Supplier<String> nodeAddress;
  private final PollLog log;
  private final Backoff backoff;
  private final List<Consumer<Report>> listeners = new ArrayList<>();
  private byte[] services = {};
  private byte[] checks = {};
  private String address = "";
  private @Nullable Report last;
  private boolean asking;
  private Watch next = Watch.NONE;

  /** {@code nodeAddress} stands in for registrations without an address. */
  AgentRegistrations(ConsulApi api, ControlRuntime runtime, Supplier<String> nodeAddress) {
    this.api = api;
    this.runtime = runtime;
    this.control = runtime.control();
    this.nodeAddress = nodeAddress;
    this.log = new PollLog(runtime.clock());
    this.backoff = new Backoff(runtime.random());
  }

  /** Tells {@code listener} each report, the last one at once when there is one. */
  Watch listen(Consumer<? super Report> listener) {
    Consumer<Report> added = listener::accept;
    listeners.add(added);
    if (last != null) {
      added.accept(last);
    }
    if (listeners.size() == 1 && !asking) {
      ask();
    }
    return () -> {
      if (listeners.remove(added) && listeners.isEmpty()) {
        next.close();
        last = null;
      }
    };
  }

  Map<String, Object> poll() {
    return log.toMap();
  }

  private void ask() {
    asking = true;
    log.asked("/v1/agent/services");
    api.get("/v1/agent/services", ConsulApi.QUICK, false, this::gotServices);
  }

  private void gotServices(Reply reply) {
    switch (reply) {
      case Found(var body, var _) ->
          api.get("/v1/agent/checks", ConsulApi.QUICK, false, then -> gotChecks(body, then));
      case Missing _ -> bad(new Trouble(Trouble.Kind.SERVER, "HTTP 404"));
      case Bad(var trouble) -> bad(trouble);
    }
  }

  private void gotChecks(byte[] newServices, Reply reply) {
    switch (reply) {
      case Found(var body, var meta) -> {
        log.answered("200, " + newServices.length + " + " + body.length + " bytes", meta);
        good(newServices, body);
      }
      case Missing _ -> bad(new Trouble(Trouble.Kind.SERVER, "HTTP 404"));
      case Bad(var trouble) -> bad(trouble);
    }
  }

  private void good(byte[] newServices, byte[] newChecks) {
    String newAddress = nodeAddress.get();
    boolean same =
        last instanceof Report.Registered
            && Arrays.equals(services, newServices)
            && Arrays.equals(checks, newChecks)
            && address.equals(newAddress);
    try {
      Report report =
          same && last != null
              ? last
              : new Report.Registered(AnswerReader.agent(newServices, newChecks, newAddress));
      services = newServices;
      checks = newChecks;
      address = newAddress;
      backoff.reset();
      tell(report, jittered());
    } catch (UnreadableAnswer unreadable) {
      bad(new Trouble(Trouble.Kind.UNREADABLE, String.valueOf(unreadable.getMessage())));
    }
  }

  private Duration jittered() {
    long nanos = INTERVAL.toNanos();
    return Duration.ofNanos(nanos - nanos / 10 + runtime.random().nextLong(nanos / 5));
  }

  private void bad(Trouble trouble) {
    log.failed(trouble);
    tell(new Report.Unknown(trouble), backoff.next(trouble.kind()));
  }

  private void tell(Report report, Duration pause) {
    asking = false;
    if (listeners.isEmpty()) {
      return;
    }
    last = report;
    next = control.after(pause, this::ask);
    for (var listener : List.copyOf(listeners)) {
      if (listeners.contains(listener)) {
        listener.accept(report);
      }
    }
  }
}

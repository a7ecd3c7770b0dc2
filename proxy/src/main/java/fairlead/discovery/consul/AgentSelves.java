package fairlead.discovery.consul;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.activity.State.Ok;
import fairlead.activity.Watch;
import fairlead.client.control.ControlRuntime;
import fairlead.discovery.consul.Reply.Bad;
import fairlead.discovery.consul.Reply.Found;
import fairlead.discovery.consul.Reply.Missing;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent says of itself, asked for when first needed, and until it is known: any failure is
 * tried again ({@code spec/discovery.md} §3.3, §4). Control executor only.
 */
final class AgentSelves {
  private static final Logger LOG = LoggerFactory.getLogger(ConsulNamer.class);
  private static final String TARGET = "/v1/agent/self";

  private final ConsulApi api;
  private final ControlRuntime runtime;
  private final LastGoods lastGoods;
  private final TroubleLog troubles;
  private final Activity<Optional<AgentSelf>> activity = Activity.shared(this::start);
  private @Nullable AgentSelf known;
  private String doubt = "";

  AgentSelves(ConsulApi api, ControlRuntime runtime, ConsulParts parts) {
    this.api = api;
    this.runtime = runtime;
    this.lastGoods = parts.lastGoods();
    this.troubles = parts.troubles();
  }

  /** Why nothing is known, in one line, after a try that failed. */
  String doubt() {
    return doubt;
  }

  /** Empty while the agent cannot be asked and never could be. */
  Activity<Optional<AgentSelf>> activity() {
    return activity;
  }

  /** What is known now, from this life or an earlier one. */
  @Nullable AgentSelf known() {
    return known == null ? lastGoods.self() : known;
  }

  private Watch start(Consumer<State<Optional<AgentSelf>>> sink) {
    if (known != null) {
      sink.accept(new Ok<>(Optional.of(known)));
      return Watch.NONE;
    }
    var asking = new Asking(sink);
    asking.ask();
    return asking;
  }

  /** One series of tries. */
  private final class Asking implements Watch {
    private final Consumer<State<Optional<AgentSelf>>> sink;
    private final Backoff backoff = new Backoff(runtime.random());
    private Watch next = Watch.NONE;
    private boolean closed;
    private boolean warned;

    Asking(Consumer<State<Optional<AgentSelf>>> sink) {
      this.sink = sink;
    }

    void ask() {
      api.get(TARGET, ConsulApi.QUICK, false, this::received);
    }

    private void received(Reply reply) {
      switch (reply) {
        case Found(var body, var _) -> {
          try {
            good(AnswerReader.self(body));
          } catch (UnreadableAnswer unreadable) {
            bad(new Trouble(Trouble.Kind.UNREADABLE, String.valueOf(unreadable.getMessage())));
          }
        }
        case Missing _ -> bad(new Trouble(Trouble.Kind.SERVER, "HTTP 404"));
        case Bad(var trouble) -> bad(trouble);
      }
    }

    private void good(AgentSelf self) {
      known = self;
      lastGoods.put(self);
      if (!closed) {
        sink.accept(new Ok<>(Optional.of(self)));
      }
    }

    private void bad(Trouble trouble) {
      if (closed) {
        return;
      }
      doubt = troubles.show(trouble);
      if (!warned) {
        warned = true;
        LOG.warn("{} for {}; asking again", doubt, TARGET);
      }
      lastGoods.whenLoaded(
          () -> {
            if (!closed && known == null) {
              sink.accept(new Ok<>(Optional.ofNullable(lastGoods.self())));
            }
          });
      next = runtime.control().after(backoff.next(trouble.kind()), this::ask);
    }

    @Override
    public void close() {
      closed = true;
      next.close();
    }
  }
}

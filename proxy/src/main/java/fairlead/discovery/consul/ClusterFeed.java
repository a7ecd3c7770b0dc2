package fairlead.discovery.consul;

import fairlead.activity.Watch;
import fairlead.discovery.consul.BlockingQuery.Answer;
import fairlead.discovery.consul.BlockingQuery.Question;
import fairlead.discovery.consul.Reply.Bad;
import fairlead.discovery.consul.Reply.Found;
import fairlead.discovery.consul.Reply.Missing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One service of the whole cluster, by a blocking query. Control executor only. */
final class ClusterFeed implements ServiceFeed, BlockingQuery.Handler, ServiceState.Confirmer {
  private static final Duration CONFIRM_RETRY = Duration.ofSeconds(1);

  private final ConsulParts parts;
  private final ServiceState state;
  private final BlockingQuery query;
  private final PollLog log;
  private final String unfiltered;
  private boolean confirming;
  private Watch confirmTimer = Watch.NONE;

  ClusterFeed(
      ServiceKey key, @Nullable String authority, ConsulParts parts, Supplier<Duration> waitTime) {
    this.parts = parts;
    this.state = new ServiceState(key, authority, parts, this);
    this.log = new PollLog(parts.runtime().clock());
    this.unfiltered = question(key, false, waitTime).target();
    this.query =
        new BlockingQuery(
            parts.api(),
            parts.control(),
            parts.runtime().random(),
            question(key, parts.filteredByConsul(), waitTime),
            this,
            log);
  }

  private Question question(ServiceKey key, boolean passing, Supplier<Duration> waitTime) {
    var config = parts.config();
    var parameters = new ArrayList<>(ConsulApi.parameters(config.agent().consistency()));
    parameters.add("dc=" + ConsulApi.escape(key.datacenter()));
    if (key.tag() != null) {
      parameters.add("tag=" + ConsulApi.escape(key.tag()));
    }
    if (config.useHealthCheck()) {
      parameters.add("passing=" + passing);
    }
    String folder = config.useHealthCheck() ? "/v1/health/service/" : "/v1/catalog/service/";
    return new Question(folder + ConsulApi.escape(key.service()), parameters, false, waitTime);
  }

  @Override
  public Watch start() {
    query.start();
    return () -> {
      confirmTimer.close();
      confirmTimer = Watch.NONE;
      confirming = false;
      query.stop();
    };
  }

  @Override
  public boolean busy() {
    return query.asking();
  }

  @Override
  public ServiceState state() {
    return state;
  }

  @Override
  public Map<String, Object> poll() {
    return log.toMap();
  }

  @Override
  public void answered(Answer answer) throws UnreadableAnswer {
    if (answer.body() != null) {
      state.saw(
          read(answer.body()),
          Signs.of(answer.meta(), answer.wentBack(), parts.filteredByConsul()));
    }
  }

  private List<Instance> read(byte[] body) throws UnreadableAnswer {
    return parts.config().useHealthCheck() ? AnswerReader.health(body) : AnswerReader.catalog(body);
  }

  @Override
  public void failed(Trouble trouble) {
    state.failed(trouble);
  }

  @Override
  public void askIn(Duration delay) {
    if (!confirming) {
      confirming = true;
      confirmTimer = parts.control().after(delay, this::confirm);
    }
  }

  private void confirm() {
    if (state.holding()) {
      parts.api().get(unfiltered, ConsulApi.QUICK, false, this::confirmed);
    } else {
      confirming = false;
    }
  }

  private void confirmed(Reply reply) {
    confirming = false;
    if (!state.holding()) {
      return;
    }
    switch (reply) {
      case Found(var body, var meta) -> {
        try {
          state.saw(read(body), Signs.of(meta, query.isBefore(meta), false));
        } catch (UnreadableAnswer unreadable) {
          askIn(CONFIRM_RETRY);
        }
      }
      case Missing _, Bad _ -> askIn(CONFIRM_RETRY);
    }
  }
}

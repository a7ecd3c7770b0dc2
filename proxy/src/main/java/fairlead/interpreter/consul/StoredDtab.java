package fairlead.interpreter.consul;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.activity.State.Failed;
import fairlead.activity.State.Ok;
import fairlead.activity.Watch;
import fairlead.client.control.ControlRuntime;
import fairlead.discovery.NamerConfig.Watching;
import fairlead.discovery.consul.BlockingQuery;
import fairlead.discovery.consul.BlockingQuery.Answer;
import fairlead.discovery.consul.BlockingQuery.Question;
import fairlead.discovery.consul.ConsulApi;
import fairlead.discovery.consul.PollLog;
import fairlead.discovery.consul.Trouble;
import fairlead.discovery.consul.UnreadableAnswer;
import fairlead.interpreter.InterpreterConfig;
import fairlead.interpreter.RulesState;
import fairlead.naming.Dtab;
import fairlead.naming.Dtabs;
import fairlead.naming.NameSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One key's value as rules. The last good rules are kept through every failure and while nobody
 * observes. Control executor only.
 */
final class StoredDtab implements BlockingQuery.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(ConsulInterpreter.class);

  private static final int SHOWN = 200;

  private final String key;
  private final String agent;
  private final BlockingQuery query;
  private final PollLog log;
  private final RulesState state;
  private final Activity<Dtab> activity;
  private @Nullable Consumer<State<Dtab>> sink;
  private @Nullable Dtab lastGood;
  private @Nullable String problem;

  StoredDtab(InterpreterConfig.Consul config, ControlRuntime runtime, ConsulApi api) {
    this.key = key(config);
    this.agent = config.agent().host() + ":" + config.agent().port();
    this.log = new PollLog(runtime.clock());
    this.state = new RulesState(key, runtime.clock());
    this.activity = state.noting(Activity.shared(this::start));
    var parameters = new ArrayList<>(ConsulApi.parameters(config.readConsistency()));
    parameters.add("raw=true");
    if (config.datacenter() != null) {
      parameters.add("dc=" + ConsulApi.escape(config.datacenter()));
    }
    var question = new Question("/v1/kv/" + key, parameters, true, Watching.DEFAULT::waitTime);
    this.query = new BlockingQuery(api, runtime.control(), runtime.random(), question, this, log);
  }

  private static String key(InterpreterConfig.Consul config) {
    return Arrays.stream((config.pathPrefix() + "/" + config.namespace()).split("/", -1))
        .filter(part -> !part.isEmpty())
        .map(ConsulApi::escape)
        .collect(Collectors.joining("/"));
  }

  Activity<Dtab> activity() {
    return activity;
  }

  private Watch start(Consumer<State<Dtab>> to) {
    sink = to;
    if (lastGood != null) {
      to.accept(new Ok<>(lastGood));
    }
    query.start();
    return () -> {
      sink = null;
      query.stop();
    };
  }

  @Override
  public void answered(Answer answer) throws UnreadableAnswer {
    var dtab = parse(answer.body());
    if (problem != null) {
      LOG.info("Consul at {}: {}: good again", agent, key);
      problem = null;
    }
    lastGood = dtab;
    tell(new Ok<>(dtab));
  }

  private static Dtab parse(byte @Nullable [] body) throws UnreadableAnswer {
    if (body == null) {
      return Dtab.EMPTY;
    }
    try {
      return Dtabs.parse(new String(body, StandardCharsets.UTF_8));
    } catch (NameSyntaxException invalid) {
      String message = String.valueOf(invalid.getMessage()).replaceAll("\\s+", " ");
      String shown = message.length() > SHOWN ? message.substring(0, SHOWN) + " …" : message;
      throw new UnreadableAnswer("no dtab: character " + invalid.offset() + ": " + shown, invalid);
    }
  }

  @Override
  public void failed(Trouble trouble) {
    if (!trouble.reason().equals(problem)) {
      problem = trouble.reason();
      LOG.warn(
          "Consul at {}: {}: {}; {}",
          agent,
          key,
          problem,
          lastGood == null ? "no rules yet, asking again" : "the last good rules are kept");
    }
    if (lastGood == null) {
      tell(new Failed<>("Consul at " + agent + ": " + key + ": " + trouble.reason()));
    }
  }

  private void tell(State<Dtab> state) {
    if (sink != null) {
      sink.accept(state);
    }
  }

  Map<String, Object> adminState() {
    return Map.of("state", state.toMap(), "poll", log.toMap());
  }
}

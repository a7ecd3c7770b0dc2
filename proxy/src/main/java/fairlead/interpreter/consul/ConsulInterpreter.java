package fairlead.interpreter.consul;

import fairlead.activity.Activity;
import fairlead.client.control.ControlClient;
import fairlead.client.control.ControlOrigin;
import fairlead.client.control.ControlRuntime;
import fairlead.client.control.FailFastClient;
import fairlead.client.control.NettyControlClient;
import fairlead.discovery.consul.ConsulApi;
import fairlead.discovery.consul.TokenSource;
import fairlead.interpreter.Interpreter;
import fairlead.interpreter.InterpreterConfig;
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import java.util.Map;

/**
 * {@code io.l5d.consul.interpreter}: binds by the rules stored under one key, followed by the given
 * ones ({@code spec/routing.md} §9.3). Control executor only.
 */
public final class ConsulInterpreter implements Interpreter {
  /** One held query, one more while it is replaced, and one to spare. */
  private static final int MAX_CONNECTIONS = 3;

  private final ControlClient client;
  private final StoredDtab stored;
  private final Interpreter next;

  /**
   * With a connection of its own; what binds is {@code next}. Reads TLS files: blocks.
   *
   * @throws IllegalArgumentException when a TLS file cannot be used, with a message for the
   *     operator
   */
  public static ConsulInterpreter open(
      InterpreterConfig.Consul config, ControlRuntime runtime, Interpreter next) {
    var agent = config.agent();
    var origin =
        new ControlOrigin(
            agent.host(),
            agent.port(),
            agent.tls(),
            MAX_CONNECTIONS,
            ControlOrigin.DEFAULT_MAX_BODY_BYTES);
    return new ConsulInterpreter(config, runtime, new NettyControlClient(origin, runtime), next);
  }

  ConsulInterpreter(
      InterpreterConfig.Consul config,
      ControlRuntime runtime,
      ControlClient client,
      Interpreter next) {
    this.client = client;
    this.next = next;
    var tokens = TokenSource.of(config.agent(), runtime.control(), runtime.blocking());
    var asked =
        config.agent().failFast()
            ? new FailFastClient(client, runtime.control(), runtime.random())
            : client;
    this.stored = new StoredDtab(config, runtime, new ConsulApi(asked, tokens));
  }

  @Override
  public Activity<NameTree<Bound>> bind(Dtab dtab, Path path) {
    return dtab().flatMap(rules -> next.bind(rules.concat(dtab), path));
  }

  /** The stored rules; none while there is no such key. */
  public Activity<Dtab> dtab() {
    return stored.activity();
  }

  /**
   * For {@code /LABEL/interpreter_state/io.l5d.consul.interpreter.json} ({@code spec/admin.md} §7).
   */
  public Map<String, Object> adminState() {
    return stored.adminState();
  }

  @Override
  public void close() {
    next.close();
    client.close();
  }
}

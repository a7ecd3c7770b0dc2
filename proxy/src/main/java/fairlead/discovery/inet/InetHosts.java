package fairlead.discovery.inet;

import fairlead.activity.Activity;
import fairlead.activity.Blocking;
import fairlead.activity.SerialExecutor;
import fairlead.activity.State;
import fairlead.activity.Watch;
import fairlead.discovery.inet.HostResolver.Answer;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Live endpoint sets of hosts, re-resolved while observed ({@code spec/routing.md} §5). An unknown
 * host is negative at once; when the resolver fails, what was known stays. Inside the control
 * plane's executor only; look-ups run elsewhere.
 */
public final class InetHosts {
  /** How often a name is looked up again while in use ({@code spec/routing.md} §5). */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(InetHosts.class);

  private final SerialExecutor control;
  private final Blocking blocking;
  private final HostResolver resolver;
  private final Map<String, List<InetAddress>> fixed = new HashMap<>();

  /**
   * @param blocking where {@code resolver} is called; {@link Blocking#platformThreads} for the
   *     system's
   */
  public InetHosts(SerialExecutor control, Blocking blocking, HostResolver resolver) {
    this.control = control;
    this.blocking = blocking;
    this.resolver = resolver;
  }

  /** All addresses of {@code host} on {@code port} (0–65535), looked up every 5 s. */
  public Activity<Addr> live(String host, int port) {
    return literal(host)
        .map(address -> Activity.ok(live(List.of(address), port)))
        .orElseGet(() -> Activity.shared(sink -> new Resolving(host, port, false, sink).begin()));
  }

  /** As {@link #live}, but the first answer is kept for the life of the process. */
  public Activity<Addr> fixed(String host, int port) {
    return literal(host)
        .map(address -> Activity.ok(live(List.of(address), port)))
        .orElseGet(() -> Activity.shared(sink -> new Resolving(host, port, true, sink).begin()));
  }

  private static Optional<InetAddress> literal(String host) {
    if (host.equals("localhost")) {
      return Optional.of(InetAddress.ofLiteral("127.0.0.1"));
    }
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Addr live(List<InetAddress> addresses, int port) {
    return new Addr.Live(
        addresses.stream()
            .map(address -> new Endpoint(new InetSocketAddress(address, port)))
            .collect(Collectors.toSet()));
  }

  /** One host while it is observed. */
  private final class Resolving implements Watch {
    private final String host;
    private final int port;
    private final boolean fix;
    private final Consumer<State<Addr>> sink;
    private Watch timer = Watch.NONE;
    private boolean closed;
    private boolean known;
    private boolean failing;

    Resolving(String host, int port, boolean fix, Consumer<State<Addr>> sink) {
      this.host = host;
      this.port = port;
      this.fix = fix;
      this.sink = sink;
    }

    Watch begin() {
      List<InetAddress> kept = fix ? fixed.get(host) : null;
      if (kept == null) {
        ask();
      } else {
        sink.accept(new State.Ok<>(live(kept, port)));
      }
      return this;
    }

    private void ask() {
      blocking.run(
          "dns-" + host,
          () -> {
            Answer answer = resolve();
            control.execute(() -> answered(answer));
          });
    }

    /** Whatever a resolver throws is an answer too, or this name would never be asked again. */
    private Answer resolve() {
      try {
        return resolver.resolve(host);
      } catch (RuntimeException e) {
        return new Answer.Failed(String.valueOf(e));
      }
    }

    private void answered(Answer answer) {
      if (closed) {
        return;
      }
      switch (answer) {
        case Answer.Found(var addresses) -> publish(live(addresses, port));
        case Answer.Unknown _ -> publish(new Addr.Neg());
        case Answer.Failed(var reason) -> fail(reason);
      }
      if (fix && answer instanceof Answer.Found(var addresses)) {
        fixed.put(host, addresses);
        return;
      }
      timer = control.after(INTERVAL, this::ask);
    }

    private void publish(Addr addr) {
      if (failing) {
        LOG.info("{}: resolved again", host);
      }
      failing = false;
      known = true;
      sink.accept(new State.Ok<>(addr));
    }

    private void fail(String reason) {
      if (!failing) {
        LOG.warn("{}: cannot be resolved: {}{}", host, reason, known ? "; last answer kept" : "");
      }
      failing = true;
      if (!known) {
        sink.accept(new State.Failed<>(host + ": cannot be resolved: " + reason));
      }
    }

    @Override
    public void close() {
      closed = true;
      timer.close();
    }
  }
}

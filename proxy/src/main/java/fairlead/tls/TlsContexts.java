package fairlead.tls;

import fairlead.activity.Blocking;
import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.telemetry.Metrics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The contexts of one router: one for each listener, and one for all clients that trust the same
 * and show the same, whatever name each expects. Any thread.
 */
public final class TlsContexts implements Watch {
  private final SerialExecutor control;
  private final Blocking blocking;
  private final Metrics scope;
  private final Map<ClientKey, Renewed<ClientTlsContext>> clients = new ConcurrentHashMap<>();

  private record ClientKey(ClientTls nameless, List<String> protocols) {}

  /**
   * None yet.
   *
   * @param scope of the router, for what is counted of the files of clients
   */
  public TlsContexts(SerialExecutor control, Blocking blocking, Metrics scope) {
    this.control = control;
    this.blocking = blocking;
    this.scope = scope;
  }

  /**
   * That of a listener, to be closed by it. Blocks.
   *
   * @param what for the log
   * @param protocols what is spoken inside, by ALPN name
   * @throws IllegalArgumentException when a file is of no use
   */
  public Renewed<ServerTlsContext> server(
      String what, ServerTls tls, List<String> protocols, Metrics scope) {
    return new Renewed<>(
        what,
        tls.files(),
        () -> ServerTlsContext.of(tls, protocols),
        control,
        blocking,
        new CertificateStats(scope));
  }

  /**
   * That of clients. Blocks when it is not there yet.
   *
   * @param protocols what is spoken inside, by ALPN name
   * @throws IllegalArgumentException when a file is of no use
   */
  public Renewed<ClientTlsContext> client(ClientTls tls, List<String> protocols) {
    return clients.computeIfAbsent(new ClientKey(tls.withName(null), protocols), this::make);
  }

  private Renewed<ClientTlsContext> make(ClientKey key) {
    return new Renewed<>(
        "clients",
        key.nameless.files(),
        () -> ClientTlsContext.of(key.nameless, key.protocols),
        control,
        blocking,
        new CertificateStats(scope));
  }

  /** Closes those of the clients. */
  @Override
  public void close() {
    clients.values().forEach(Watch::close);
  }
}

package fairlead.launcher.doctor;

import fairlead.admin.AdminConfig;
import fairlead.client.ClientConfig;
import fairlead.discovery.NamerConfig;
import fairlead.discovery.NamerConfig.ConsulAgent;
import fairlead.identity.HostIdentity;
import fairlead.interpreter.InterpreterConfig;
import fairlead.launcher.doctor.Finding.Level;
import fairlead.routing.RouterConfig;
import fairlead.server.ServerConfig;
import fairlead.tls.ClientTls;
import fairlead.tls.KeyFiles;
import fairlead.tls.ServerTls;
import io.netty.util.internal.PlatformDependent;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at everything that a configuration needs of its host. Blocks. */
public final class Doctor {
  private final Map<String, String> environment;
  private final HostFiles files;
  private final InstantSource clock;

  /** Of the host that this process runs on. */
  public Doctor(Map<String, String> environment) {
    this(environment, HostFiles.real(), InstantSource.system());
  }

  Doctor(Map<String, String> environment, HostFiles files, InstantSource clock) {
    this.environment = Map.copyOf(environment);
    this.files = files;
    this.clock = clock;
  }

  /**
   * What is to be looked at.
   *
   * @param running whether a Fairlead answers on the admin port
   */
  public record Patient(
      List<RouterConfig> routers, List<NamerConfig> namers, AdminConfig admin, boolean running) {
    public Patient {
      routers = List.copyOf(routers);
      namers = List.copyOf(namers);
    }
  }

  /** One Consul agent and what is read there. */
  private static final class Asked {
    private final Set<String> keys = new LinkedHashSet<>();
    private boolean scopeAgent;
  }

  /**
   * Where this host's address may come from: each source, and what it told.
   *
   * @param needed whether it is bad when none does
   */
  public static List<Finding> identity(HostIdentity identity, boolean needed) {
    var findings = new ArrayList<Finding>();
    boolean known = false;
    for (HostIdentity.Source source : identity.examine()) {
      String what = source.name() + ": " + source.got();
      if (source.address() != null) {
        findings.add(
            Finding.good(
                "identity",
                what
                    + (known
                        ? ""
                        : ": this host's address, where 'auto' or ${host:ip} asks for it")));
        known = true;
      } else if (!known) { // behind one that helps it does not matter
        findings.add(Finding.note("identity", what, source.mend()));
      }
    }
    if (!known) {
      findings.add(
          new Finding(
              needed ? Level.BAD : Level.NOTE,
              "identity",
              "no source tells this host's address" + (needed ? "" : ", which nothing asks for"),
              "mend one of the above, or write the address yourself"));
    }
    return findings;
  }

  /** What does not depend on a configuration. */
  public List<Finding> host() {
    var limits = new LimitChecks(files);
    var findings = new ArrayList<>(limits.openFiles());
    findings.addAll(
        limits.memory(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory()));
    return findings;
  }

  /** All that the configuration needs. */
  public List<Finding> look(Patient patient) {
    var sockets = sockets(patient);
    var findings = new ArrayList<Finding>();
    findings.addAll(PortChecks.of(sockets, patient.running));
    var ports =
        sockets.keySet().stream()
            .map(InetSocketAddress::getPort)
            .collect(Collectors.toCollection(TreeSet::new));
    findings.addAll(new LimitChecks(files).ephemeralPorts(ports));
    findings.add(LimitChecks.stopTime(patient.admin.shutdownGrace(), environment));
    certificates(patient)
        .forEach(file -> findings.addAll(CertificateChecks.of(file, clock.instant())));
    agents(patient)
        .forEach(
            (agent, asked) ->
                findings.addAll(
                    ConsulChecks.of(new Agent(agent), asked.keys, asked.scopeAgent, clock)));
    return findings;
  }

  private static Map<InetSocketAddress, String> sockets(Patient patient) {
    var sockets = new LinkedHashMap<InetSocketAddress, String>();
    for (RouterConfig router : patient.routers) {
      for (ServerConfig server : router.servers()) {
        if (server.port() != 0) {
          sockets.put(
              new InetSocketAddress(server.ip(), server.port()), "router '" + router.label() + "'");
        }
      }
    }
    if (patient.admin.port() != 0) {
      sockets.put(new InetSocketAddress(patient.admin.ip(), patient.admin.port()), "admin");
    }
    return sockets;
  }

  private static Set<Path> certificates(Patient patient) {
    var files = new LinkedHashSet<Path>();
    for (RouterConfig router : patient.routers) {
      router.servers().forEach(server -> files.addAll(of(server.tls())));
      router.client().tls().forEach(client -> files.addAll(of(client)));
    }
    agents(patient).keySet().forEach(agent -> files.addAll(of(agent.tls())));
    return files;
  }

  private static List<Path> of(@Nullable ServerTls tls) {
    return tls == null
        ? List.of()
        : Stream.concat(
                tls.certificates().stream().map(KeyFiles::certPath),
                Stream.ofNullable(tls.caCertPath()))
            .toList();
  }

  private static List<Path> of(ClientConfig client) {
    return of(client.tls());
  }

  private static List<Path> of(@Nullable ClientTls tls) {
    return tls == null
        ? List.of()
        : Stream.concat(
                tls.trustCerts().stream(),
                Stream.ofNullable(tls.clientAuth()).map(KeyFiles::certPath))
            .toList();
  }

  private static Map<ConsulAgent, Asked> agents(Patient patient) {
    var agents = new LinkedHashMap<ConsulAgent, Asked>();
    for (NamerConfig namer : patient.namers) {
      if (namer instanceof NamerConfig.Consul consul) {
        var asked = agents.computeIfAbsent(consul.agent(), _ -> new Asked());
        asked.scopeAgent |= consul.scope() == NamerConfig.Scope.AGENT;
      }
    }
    for (RouterConfig router : patient.routers) {
      if (router.interpreter() instanceof InterpreterConfig.Consul consul) {
        String key = consul.pathPrefix() + "/" + consul.namespace();
        agents
            .computeIfAbsent(consul.agent(), _ -> new Asked())
            .keys
            .add(key.replaceAll("/+", "/").replaceFirst("^/", ""));
      }
    }
    return agents;
  }
}

package fairlead.identity;

import com.fasterxml.jackson.databind.JsonNode;
import fairlead.config.IpLiteral;
import fairlead.config.LookupException;
import fairlead.config.Variables;
import fairlead.identity.MetadataClient.Answer;
import fairlead.json.Json;
import fairlead.tls.ClientTls;
import fairlead.tls.TlsSocketFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Which host this is, by the order of {@code spec/ecs.md} §2. What was found is kept. Blocks; one
 * thread.
 */
public final class HostIdentity {
  /** What is asked of a source. */
  private enum Want {
    ADDRESS("address"),
    NAME("name");

    private final String word;

    Want(String word) {
      this.word = word;
    }
  }

  @FunctionalInterface
  private interface Step {
    Found ask(Want want) throws AttemptException;
  }

  private final Machine machine;
  private final ConsulPlace consul;
  private final MetadataClient client;
  private final Ec2Metadata ec2;
  private final EcsMetadata ecs;
  private final Consumer<String> log;
  private final Map<Want, Found> known = new HashMap<>();

  /**
   * @param log takes one line for each thing found, with the reason
   */
  public HostIdentity(Machine machine, ConsulPlace consul, Consumer<String> log) {
    this.machine = machine;
    this.consul = consul;
    this.client = new MetadataClient(machine.limit());
    this.ec2 = new Ec2Metadata(client, machine.imds());
    this.ecs = new EcsMetadata(client, machine);
    this.log = log;
  }

  /**
   * This host's address and the reason.
   *
   * @throws LookupException when nothing answers: it lists each attempt, what it got and what would
   *     make it work
   */
  public HostAddress resolve() throws LookupException {
    Found found = find(Want.ADDRESS);
    InetAddress address = IpLiteral.parse(found.text());
    if (address == null) {
      throw new LookupException("'" + found.text() + "' is no address; mend the source");
    }
    return new HostAddress(address, found.reason());
  }

  /** This host's name, from the same sources. */
  public String name() throws LookupException {
    return find(Want.NAME).text();
  }

  /** What {@code ${ec2:…}}, {@code ${ecs:…}} and {@code ${host:…}} stand for. */
  public Map<String, Variables.Source> sources() {
    return Map.of("ec2", this::ec2, "ecs", this::ecs, "host", this::host);
  }

  private String ec2(String path) throws LookupException {
    try {
      return ec2.get(path).text();
    } catch (AttemptException e) {
      throw new LookupException(e.attempt().show());
    }
  }

  private String ecs(String key) throws LookupException {
    try {
      return ecs.get(key);
    } catch (AttemptException e) {
      throw new LookupException(e.attempt().show());
    }
  }

  private String host(String what) throws LookupException {
    return switch (what) {
      case "ip" -> resolve().address().getHostAddress();
      case "name" -> name();
      default ->
          throw new LookupException(
              "${host:" + what + "} is not known; write ${host:ip} or ${host:name}");
    };
  }

  /**
   * One place where this host's address may come from.
   *
   * @param address null when it does not tell one
   * @param got what came of asking
   * @param mend what would make it work; empty when it does
   */
  public record Source(String name, @Nullable String address, String got, String mend) {}

  /** Asks every source for this host's address, in the order in which they count. */
  public List<Source> examine() {
    List<Source> sources = new ArrayList<>();
    for (Step step : steps()) {
      try {
        Found found = step.ask(Want.ADDRESS);
        sources.add(new Source(found.reason(), found.text(), found.text(), ""));
      } catch (AttemptException e) {
        Attempt failed = e.attempt();
        sources.add(new Source(failed.source(), null, failed.got(), failed.mend()));
      }
    }
    return sources;
  }

  private List<Step> steps() {
    return List.of(this::agent, this::file, this::interfaces, this::eni, this::imds);
  }

  private Found find(Want want) throws LookupException {
    Found before = known.get(want);
    if (before != null) {
      return before;
    }
    List<String> attempts = new ArrayList<>();
    for (Step step : steps()) {
      try {
        Found found = step.ask(want);
        known.put(want, found);
        log.accept("this host's " + want.word + " is " + found.text() + ": " + found.reason());
        return found;
      } catch (AttemptException e) {
        attempts.add(e.attempt().show());
      }
    }
    throw new LookupException(
        "no " + want.word + " of this host could be found; set it yourself, or mend one of these:",
        attempts);
  }

  // The order of spec/ecs.md §2; what is explicit never comes here.

  private Found agent(Want want) throws AttemptException {
    String source = "Consul agent " + consul.url();
    JsonNode self = self(source);
    String address = EcsMetadata.text(self, "Member.Addr");
    String why = whyLocal(address);
    if (why == null) {
      throw new AttemptException(
          source,
          "is on " + address + ", which is not shown to be this host",
          "run an agent on each host, reached over loopback or the bridge's gateway");
    }
    String name = EcsMetadata.text(self, "Member.Name");
    String text = want == Want.ADDRESS ? address : name;
    return checked(want, source, text, source + ", " + why, "give the agent an -advertise address");
  }

  private JsonNode self(String source) throws AttemptException {
    String run = "run a Consul agent on this host";
    try {
      String token = consul.token();
      Map<String, String> headers = token == null ? Map.of() : Map.of("X-Consul-Token", token);
      ClientTls tls = consul.tls();
      var sockets = tls == null ? null : TlsSocketFactory.of(tls);
      Answer answer = client.send("GET", consul.url() + "/v1/agent/self", headers, sockets);
      if (answer.status() == 403) {
        throw new AttemptException(source, "403: denied", "give the token the right agent:read");
      } else if (answer.status() != 200) {
        throw new AttemptException(source, "status " + answer.status(), run);
      }
      return Json.read(answer.body());
    } catch (com.fasterxml.jackson.core.JsonProcessingException _) {
      throw new AttemptException(source, "answered something that is not JSON", run);
    } catch (SSLException e) {
      throw new AttemptException(
          source, "TLS: " + e.getMessage(), "mend 'tls' of the namer, or the agent's certificate");
    } catch (IllegalArgumentException e) {
      throw new AttemptException(source, String.valueOf(e.getMessage()), "mend 'tls' of the namer");
    } catch (IOException e) {
      throw new AttemptException(source, String.valueOf(e.getMessage()), run);
    }
  }

  /** What proves that the agent is on this host, or null. */
  private @Nullable String whyLocal(@Nullable String member) {
    InetAddress address = member == null ? null : IpLiteral.parse(member);
    if (address != null && machine.network().has(address)) {
      return "whose address is one of ours";
    }
    try {
      InetAddress reached = InetAddress.getByName(consul.host());
      if (reached.isLoopbackAddress()) {
        return "reached over loopback";
      }
      return reached.equals(machine.network().gateway()) ? "reached over our gateway" : null;
    } catch (UnknownHostException _) {
      return null;
    }
  }

  private Found file(Want want) throws AttemptException {
    JsonNode file = ecs.file();
    String source = "container metadata file";
    if (want == Want.NAME) {
      throw new AttemptException(source, "holds no host name", "ask ${host:ip}");
    }
    String address = EcsMetadata.text(file, "HostPrivateIPv4Address");
    return checked(want, source, address, source, "update the ECS agent");
  }

  private Found interfaces(Want want) throws AttemptException {
    String mode = machine.inContainer() ? ecs.networkMode() : "host";
    if (!"host".equals(mode)) {
      throw new AttemptException(
          "own interfaces",
          mode == null ? "the network mode is unknown" : "they are a container's: mode is " + mode,
          "use host network mode");
    }
    InetAddress primary = machine.network().primary();
    String address = primary == null ? null : primary.getHostAddress();
    String text = want == Want.ADDRESS ? address : machine.network().hostName();
    String where = machine.inContainer() ? "host network mode" : "not in a container";
    String reason = "own interface " + machine.network().defaultInterface() + " (" + where + ")";
    return checked(want, "own interfaces", text, reason, "give this host a default route");
  }

  private Found eni(Want want) throws AttemptException {
    JsonNode container = ecs.container();
    String source = "ECS task metadata";
    String mode = EcsMetadata.text(container, "Networks.0.NetworkMode");
    if (!"awsvpc".equals(mode)) {
      throw new AttemptException(
          source, "knows no host address: mode is " + mode, "use host or awsvpc network mode");
    }
    String key = want == Want.ADDRESS ? "IPv4Addresses.0" : "PrivateDNSName";
    String text = EcsMetadata.text(container, "Networks.0." + key);
    return checked(
        want, source, text, source + ": awsvpc, the task's own address", "update the agent");
  }

  private Found imds(Want want) throws AttemptException {
    String path = want == Want.ADDRESS ? "local-ipv4" : "local-hostname";
    Found found = ec2.get(path);
    String mend = "let the real service answer at " + machine.imds();
    return checked(want, "EC2 metadata " + path, found.text(), found.reason(), mend);
  }

  private static Found checked(
      Want want, String source, @Nullable String text, String reason, String mend)
      throws AttemptException {
    if (text == null || !isFit(want, text)) {
      String got = text == null || text.isEmpty() ? "nothing" : Found.excerpt(text);
      throw new AttemptException(source, "answered " + got + " for the " + want.word, mend);
    }
    return new Found(text, reason);
  }

  private static boolean isFit(Want want, String text) {
    return switch (want) {
      case ADDRESS -> IpLiteral.parse(text) != null;
      case NAME -> text.matches("[A-Za-z0-9._-]{1,253}");
    };
  }
}

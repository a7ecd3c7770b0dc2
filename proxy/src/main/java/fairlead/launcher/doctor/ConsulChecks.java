package fairlead.launcher.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import fairlead.launcher.doctor.Agent.Reply;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether Consul can be reached, what the token may see, and its clock. Blocks. */
final class ConsulChecks {
  private static final Duration SOME_SKEW = Duration.ofSeconds(2);
  private static final Duration MUCH_SKEW = Duration.ofSeconds(30);

  private final Agent agent;
  private final InstantSource clock;
  private final List<Finding> findings = new ArrayList<>();

  private ConsulChecks(Agent agent, InstantSource clock) {
    this.agent = agent;
    this.clock = clock;
  }

  /**
   * All of one agent's.
   *
   * @param keys of its KV store that are read
   * @param scopeAgent whether its own registrations are asked for
   */
  static List<Finding> of(Agent agent, Set<String> keys, boolean scopeAgent, InstantSource clock) {
    var checks = new ConsulChecks(agent, clock);
    try {
      if (checks.leader()) {
        checks.rights(keys, scopeAgent);
        checks.services();
      }
    } catch (IOException | IllegalArgumentException unreachable) {
      checks.findings.add(
          Finding.bad(
              "consul",
              agent.url() + " cannot be asked: " + unreachable.getMessage(),
              "run an agent there, or mend host, port and tls of the namer"));
    }
    return checks.findings;
  }

  private boolean leader() throws IOException {
    Instant before = clock.instant();
    Reply reply = agent.get("/v1/status/leader");
    if (reply.date() != null) {
      skew(Duration.between(before, reply.date()));
    }
    boolean led = reply.status() == 200 && reply.body().asText().contains(":");
    findings.add(
        led
            ? Finding.good(
                "consul", agent.url() + " answers, its leader is " + reply.body().asText())
            : Finding.bad(
                "consul",
                agent.url() + " knows no leader: " + reply.status() + " " + reply.text(),
                "look at the servers (consul operator raft list-peers)"));
    return led;
  }

  /** Its time is in whole seconds. */
  private void skew(Duration ahead) {
    Duration skew = ahead.abs();
    if (skew.compareTo(SOME_SKEW) < 0) {
      findings.add(Finding.good("clock", "agrees with Consul's to some two seconds"));
      return;
    }
    String what =
        "Consul's is " + skew.toSeconds() + " s " + (ahead.isNegative() ? "behind" : "ahead");
    String mend = "let both hosts follow the same time (chrony, 169.254.169.123)";
    findings.add(
        skew.compareTo(MUCH_SKEW) < 0
            ? Finding.note("clock", what, mend)
            : Finding.bad("clock", what + ": deadlines of requests are wrong by that", mend));
  }

  private void rights(Set<String> keys, boolean scopeAgent) throws IOException {
    Reply self = agent.get("/v1/agent/self");
    if (self.isDenied()) {
      findings.add(
          Finding.note(
              "consul",
              "the token may not read the agent itself: " + self.text(),
              "give it agent:read, else 'host: auto' cannot ask this agent"));
    }
    if (scopeAgent) {
      Reply own = agent.get("/v1/agent/services");
      findings.add(
          own.status() == 200
              ? Finding.good("consul", "the agent tells its own " + own.body().size() + " services")
              : Finding.bad(
                  "consul",
                  "the agent does not tell its own services: " + own.status() + " " + own.text(),
                  "give the token service:read"));
    }
    for (String key : keys) {
      Reply stored = agent.get("/v1/kv/" + key + "?raw=true");
      findings.add(
          switch (stored.status()) {
            case 200 -> Finding.good("consul", "rules are stored under " + key);
            case 404 ->
                Finding.note(
                    "consul",
                    "nothing is stored under " + key + ": there are no rules but the router's own",
                    "write them (consul kv put " + key + " …), or mend pathPrefix and namespace");
            default ->
                Finding.bad(
                    "consul",
                    "the rules under "
                        + key
                        + " cannot be read: "
                        + stored.status()
                        + " "
                        + stored.text(),
                    "give the token key:read for it");
          });
    }
  }

  private void services() throws IOException {
    Reply all = agent.get("/v1/catalog/services");
    if (all.status() != 200) {
      findings.add(
          Finding.bad(
              "consul",
              "services cannot be listed: " + all.status() + " " + all.text(),
              "give the token service:read and node:read"));
      return;
    }
    var names = new ArrayList<String>();
    all.body().fieldNames().forEachRemaining(names::add);
    names.remove("consul");
    if (all.filtered() || names.isEmpty()) {
      findings.add(
          Finding.bad(
              "consul",
              all.filtered()
                  ? "the token does not see all services"
                  : "no service is registered, or the token sees none",
              "give it service:read and node:read, or register one"));
    } else {
      findings.add(Finding.good("consul", "the token sees " + names.size() + " services"));
    }
    var registrations = new Registrations();
    for (String name : names.subList(0, Math.min(names.size(), Registrations.MOST_SERVICES))) {
      Reply instances =
          agent.get(
              "/v1/health/service/"
                  + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
      for (JsonNode instance : instances.body()) {
        registrations.add(name, instance);
      }
    }
    findings.addAll(registrations.findings());
  }
}

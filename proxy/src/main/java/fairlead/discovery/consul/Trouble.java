package fairlead.discovery.consul;

import java.time.Duration;

/** Why Consul gave no usable answer; {@code reason} is one line for a log. Immutable. */
public record Trouble(Kind kind, String reason) {
  /** What kind of trouble; decides how fast to ask again. */
  public enum Kind {
    /** Nobody listens, or the host name is unknown: cheap to try often. */
    REFUSED(Duration.ofMillis(10), Duration.ofSeconds(1)),
    /** The connection broke, or TLS failed. */
    NETWORK(Duration.ofMillis(10), Duration.ofSeconds(1)),
    /** 429, or reset at once: too many connections or requests of ours. */
    OVERLOADED(Duration.ofSeconds(1), Duration.ofSeconds(5)),
    /** 401 or 403: the token is missing, expired or too weak. */
    DENIED(Duration.ofMillis(100), Duration.ofSeconds(5)),
    /** 5xx (no leader, no servers, unknown datacenter) or a status that makes no sense. */
    SERVER(Duration.ofMillis(10), Duration.ofSeconds(5)),
    /** No JSON, cut short, or too long. */
    UNREADABLE(Duration.ofMillis(10), Duration.ofSeconds(5)),
    /** No whole answer in time: a half-open connection, a stuck agent. */
    TIMED_OUT(Duration.ofMillis(10), Duration.ofSeconds(5));

    private final Duration firstDelay;
    private final Duration maxDelay;

    Kind(Duration firstDelay, Duration maxDelay) {
      this.firstDelay = firstDelay;
      this.maxDelay = maxDelay;
    }

    Duration firstDelay() {
      return firstDelay;
    }

    Duration maxDelay() {
      return maxDelay;
    }
  }
}

package fairlead.telemetry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a family of the Prometheus pages is, in a few words, by the last part of its name in the
 * tree, or the last two.
 */
final class MetricHelp {
  private static final Map<String, String> TEXTS =
      Map.ofEntries(
          Map.entry("requests", "Requests"),
          Map.entry("success", "Requests that succeeded"),
          Map.entry("failures", "Requests that failed, in all and by the classes of the failure"),
          Map.entry("service_creation:failures", "Connections that could not be had"),
          Map.entry("exceptions", "Failures by class"),
          Map.entry("pending", "Requests or streams in progress"),
          Map.entry("load", "Requests in progress, or the load that balancing compares"),
          Map.entry("connects", "Connections opened"),
          Map.entry("closes", "Connections or streams closed"),
          Map.entry("connections", "Open connections"),
          Map.entry("received_bytes", "Bytes received"),
          Map.entry("sent_bytes", "Bytes sent"),
          Map.entry("request_latency_ms", "Time from the request to the head of its answer"),
          Map.entry("transit_latency_ms", "Time that a request took from its sender to here"),
          Map.entry("connect_latency_ms", "Time that opening a connection took"),
          Map.entry("failed_connect_latency_ms", "Time after which a connection could not be had"),
          Map.entry("handshake_latency_ms", "Time that a TLS handshake took"),
          Map.entry("failed_handshake_latency_ms", "Time after which a TLS handshake failed"),
          Map.entry("connection_duration", "Time that a connection was open"),
          Map.entry("connection_requests", "Requests of one connection"),
          Map.entry("connection_received_bytes", "Bytes received by one connection"),
          Map.entry("connection_sent_bytes", "Bytes sent by one connection"),
          Map.entry("request_payload_bytes", "Announced length of a request's body"),
          Map.entry("response_payload_bytes", "Announced length of an answer's body"),
          Map.entry("retries_per_request", "Retries of one request"),
          Map.entry("per_request", "Retries of one request"),
          Map.entry("requeues", "Requests sent again to another endpoint at no cost"),
          Map.entry("requeues_per_request", "Times that one request was sent again"),
          Map.entry("budget", "Retries that are left"),
          Map.entry("budget_exhausted", "Retries that the budget did not allow"),
          Map.entry("nacks", "Requests refused by a limit"),
          Map.entry("size", "Members of the set"),
          Map.entry("dtab:size", "Rules of a request's own dtab"),
          Map.entry("available", "Endpoints that are not out, or whether this one is"),
          Map.entry("adds", "Endpoints that came"),
          Map.entry("removes", "Endpoints that went"),
          Map.entry("updates", "Changes that were heard of"),
          Map.entry("removals", "Times that an endpoint was taken out"),
          Map.entry("revivals", "Times that an endpoint came back"),
          Map.entry("probes", "Requests that tried an endpoint"),
          Map.entry("misses", "Look-ups that the cache had no entry for"),
          Map.entry("evicts", "Entries that made room for others"),
          Map.entry("expires", "Entries that were idle for too long"),
          Map.entry("oneshots", "Entries that served one request, for want of room"),
          Map.entry("opened", "Streams opened"),
          Map.entry("closed", "Streams closed"),
          Map.entry("duration_ms", "Time that a stream took"),
          Map.entry("stream_success", "Streams that ended well"),
          Map.entry("stream_failures", "Streams that failed"),
          Map.entry("stream_duration_ms", "Time that a stream took"),
          Map.entry("total_latency_ms", "Time of a request and its answer to their ends"),
          Map.entry("data_bytes", "Bytes of DATA frames"),
          Map.entry("open_streams", "Open streams"),
          Map.entry("read_timeout", "Connections closed since nothing was received for long"),
          Map.entry("write_timeout", "Connections closed since nothing was taken for long"),
          Map.entry("idle", "Connections closed since they were idle"),
          Map.entry("lifetime", "Connections closed since they were old"),
          Map.entry("pool_size", "Connections of the pool"),
          Map.entry("pool_waiters", "Requests that wait for a connection"),
          Map.entry("pool_cached", "Idle connections of the pool"),
          Map.entry("pending_io_events", "Tasks that wait for the event loops"),
          Map.entry("socket_writable_ms", "Time in which the peer took what was sent"),
          Map.entry("socket_unwritable_ms", "Time in which the peer took nothing"),
          Map.entry("uptime", "Time since the process started"),
          Map.entry("start_time", "When the process started, since 1970"),
          Map.entry("fd_count", "Open file descriptors"),
          Map.entry("fd_limit", "File descriptors that may be open"),
          Map.entry("num_cpus", "Processors"),
          Map.entry("used", "Bytes in use"),
          Map.entry("committed", "Bytes that the system has given"),
          Map.entry("max", "Bytes that there may be"),
          Map.entry("count", "How many there are"),
          Map.entry("thread:count", "Threads"),
          Map.entry("daemon_count", "Threads that do not keep the process alive"),
          Map.entry("peak_count", "Most threads that there were at a time"),
          Map.entry("current_loaded", "Classes that are loaded"),
          Map.entry("total_loaded", "Classes that were loaded"),
          Map.entry("total_unloaded", "Classes that were unloaded"),
          Map.entry("max_capacity", "Bytes that there may be"),
          Map.entry("eden:bytes", "Bytes allocated"),
          Map.entry("data:bytes", "Bytes of one DATA frame"),
          Map.entry("lookups", "Names that were looked up"),
          Map.entry("retries:total", "Retries"),
          Map.entry("backoffs_exhausted", "Requests that no pause was left for"),
          Map.entry("status:error", "Requests without an answer"),
          Map.entry("time:error", "Time until a request had failed without an answer"),
          Map.entry("loadbalancer:busy", "Endpoints that are out"),
          Map.entry("loadbalancer:closed", "Endpoints that are closed"),
          Map.entry("cycles", "Garbage collections"),
          Map.entry("msec", "Time in garbage collections"),
          Map.entry("removed_for_ms", "Time for which endpoints were out"),
          Map.entry("expired_ms", "By how much deadlines were over on arrival"),
          Map.entry("remaining_ms", "Time that was left until the deadline on arrival"),
          Map.entry("unhealthy_for_ms", "Time since connecting began to fail"),
          Map.entry("ping_latency_us", "Time until a PING was answered"),
          Map.entry("service_acquisition_latency_ms", "Time that it took to get a connection"),
          Map.entry("last_good_age_ms", "Age of the addresses in use"),
          Map.entry("age_ms", "Time since the configuration was read"),
          Map.entry("time_msec", "Time spent in compiling"),
          Map.entry("frames", "DATA frames"),
          Map.entry("trailers", "Trailers"),
          Map.entry("failures_by_exception", "Requests that failed, by the classes of the failure"),
          Map.entry("status", "Answers by status"),
          Map.entry("status_by_class", "Answers by the class of their status"),
          Map.entry("time_by_class", "Time to the head of an answer, by the class of its status"),
          Map.entry("reset_by_code", "Streams that were reset, by code"),
          Map.entry("errors_by_kind", "Failures by kind"),
          Map.entry("handshake_failures", "TLS handshakes that failed, by reason"),
          Map.entry("algorithm", "1 for the one in use"),
          Map.entry("seconds_left", "Time until the certificate is out of date"),
          Map.entry("overflowed", "Names that found their scope full"));

  /** What a family of a histogram of Linkerd's names has besides its quantiles. */
  private static final Map<String, String> PARTS =
      Map.of(
          "_count", ": how many in the last window",
          "_sum", ": sum of the last window",
          "_avg", ": average of the last window");

  private MetricHelp() {}

  /**
   * The same for Linkerd's names, which do not all say what they are measured in, and have a family
   * for each part of a histogram.
   *
   * @param suffix of the part, such as {@code _sum}, or empty
   */
  static String ofLinkerd(String name, boolean counter, String suffix) {
    String unit = MetricUnit.isMillisecondsUnsaid(name) ? ", in milliseconds" : "";
    return of(name, counter) + unit + PARTS.getOrDefault(suffix, "");
  }

  /**
   * One line, without a full stop.
   *
   * @param name as in the tree, parts joined by {@code :}
   * @param counter whether it only grows; else it is as of now or of the last window
   */
  static String of(String name, boolean counter) {
    String last = name.substring(name.lastIndexOf(':') + 1);
    String two = parent(name) + ":" + last;
    String known = TEXTS.getOrDefault(two, TEXTS.getOrDefault(last, ""));
    return known.isEmpty() ? unknown(name, last, counter) : known;
  }

  private static String unknown(String name, String last, boolean counter) {
    String place = parent(name);
    if (place != null && place.equals("status")) {
      return "Answers of status " + clean(last);
    }
    if (place != null && place.equals("time")) {
      return "Time to the head of answers of status " + clean(last);
    }
    String words = clean(last).replaceFirst("_(ms|us|msec)$", "").replace('_', ' ');
    return (counter ? "How often: " : "As it is: ") + words;
  }

  private static @Nullable String parent(String name) {
    String[] parts = name.split(":", -1);
    return parts.length < 2 ? null : parts[parts.length - 2];
  }

  /** Of names that callers may have chosen. */
  private static String clean(String part) {
    return part.replaceAll("[^a-zA-Z0-9._ -]", "_");
  }
}

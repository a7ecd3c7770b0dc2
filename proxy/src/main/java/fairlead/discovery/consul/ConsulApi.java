package fairlead.discovery.consul;

import fairlead.client.control.ControlClient;
import fairlead.client.control.ControlRequest;
import fairlead.client.control.ControlResult;
import fairlead.client.control.ControlResult.Answer;
import fairlead.client.control.ControlResult.Failed;
import fairlead.config.Secret;
import fairlead.discovery.NamerConfig.Consistency;
import fairlead.discovery.consul.Reply.Bad;
import fairlead.discovery.consul.Reply.Found;
import fairlead.discovery.consul.Reply.Meta;
import fairlead.discovery.consul.Reply.Missing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Consul's HTTP API as one agent serves it. Control executor only. */
public final class ConsulApi {
  /** For a request that is not held; a query without a leader takes 7 s. */
  public static final Duration QUICK = Duration.ofSeconds(10);

  private static final int SHOWN_OF_ERROR = 100;

  private final ControlClient client;
  private final TokenSource tokens;

  public ConsulApi(ControlClient client, TokenSource tokens) {
    this.client = client;
    this.tokens = tokens;
  }

  /** How often the agent has ended a connection by itself. */
  long interruptions() {
    return client.interruptions();
  }

  /** Asks for {@code target}; {@code held} when it is a blocking query with an index. */
  public void get(String target, Duration deadline, boolean held, Consumer<Reply> done) {
    tokens.token(
        token -> {
          var request = new ControlRequest(target, headers(token), deadline, held);
          client.get(request, result -> done.accept(reply(result)));
        });
  }

  private static Map<String, String> headers(@Nullable Secret token) {
    return token == null ? Map.of() : Map.of("X-Consul-Token", token.value());
  }

  /** The query parameters of a consistency mode. */
  public static List<String> parameters(Consistency consistency) {
    return switch (consistency) {
      case DEFAULT -> List.of();
      case STALE -> List.of("stale=true");
      case CONSISTENT -> List.of("consistent=true");
    };
  }

  /** {@code bytes}, one char each, as part of a path or query (RFC 3986 §2.1). */
  public static String escape(String bytes) {
    var escaped = new StringBuilder(bytes.length());
    for (int i = 0; i < bytes.length(); i++) {
      char c = bytes.charAt(i);
      if (isUnreserved(c)) {
        escaped.append(c);
      } else {
        escaped.append('%').append(hex(c >> 4)).append(hex(c & 15));
      }
    }
    return escaped.toString();
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~".indexOf(c) >= 0;
  }

  private static char hex(int digit) {
    return Character.toUpperCase(Character.forDigit(digit, 16));
  }

  private static Reply reply(ControlResult result) {
    return switch (result) {
      case Answer answer -> reply(answer);
      case Failed(var cause, var detail) ->
          new Bad(
              new Trouble(
                  switch (cause) {
                    case UNRESOLVED, REFUSED -> Trouble.Kind.REFUSED;
                    case RESET_AT_ONCE -> Trouble.Kind.OVERLOADED;
                    case RESET, TLS, CLOSED -> Trouble.Kind.NETWORK;
                    case MALFORMED, TOO_LARGE -> Trouble.Kind.UNREADABLE;
                    case TIMED_OUT -> Trouble.Kind.TIMED_OUT;
                  },
                  detail));
    };
  }

  private static Reply reply(Answer answer) {
    var meta = Meta.of(answer);
    return switch (answer.status()) {
      case 200 -> new Found(answer.body(), meta);
      case 404 -> meta.index() == null ? bad(Trouble.Kind.SERVER, answer) : new Missing(meta);
      case 401, 403 -> bad(Trouble.Kind.DENIED, answer);
      case 429 -> bad(Trouble.Kind.OVERLOADED, answer);
      default -> bad(Trouble.Kind.SERVER, answer);
    };
  }

  private static Bad bad(Trouble.Kind kind, Answer answer) {
    int shown = Math.min(SHOWN_OF_ERROR, answer.body().length);
    String text = new String(answer.body(), 0, shown, StandardCharsets.UTF_8);
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    String status = "HTTP " + answer.status();
    return new Bad(new Trouble(kind, line.isEmpty() ? status : status + ": " + line));
  }
}

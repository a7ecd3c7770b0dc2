package fairlead.http1.fuzz;

import fairlead.http1.fuzz.Message.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A caller's bytes through both codecs to a backend, held to what the oracle says of them. */
final class RequestRun {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
  private static final Set<Integer> REFUSALS = Set.of(400, 414, 431, 505);
  private static final Bounds ANY = new Bounds(1 << 20, 1 << 20, 1 << 10, true);

  private final Parsed truth;

  /** Those that are answered: none behind one that closes the connection. */
  private final List<Message> served = new ArrayList<>();

  private boolean closes;

  RequestRun(Parsed truth) {
    this.truth = truth;
    for (Message message : truth.messages()) {
      if (!closes) {
        served.add(message);
        closes = !message.persists(message.minorOfRequest());
      }
    }
  }

  /** What is wrong; null when nothing is. */
  @Nullable String complaint(String bytes, Bounds bounds, int... cuts) {
    var caller = new Caller(bounds, OK);
    try {
      caller.sends(bytes, cuts);
      String answers = caller.received();
      String wrong = ofAnswers(answers, caller.isClosed());
      return wrong == null ? ofBackends(caller.backends(), answers) : wrong;
    } finally {
      caller.leaves();
    }
  }

  private @Nullable Message open() {
    return closes ? null : truth.open();
  }

  private @Nullable String ofAnswers(String answers, boolean closed) {
    var methods = new ArrayList<Boolean>();
    served.forEach(m -> methods.add(m.method().equals("HEAD")));
    var open = open();
    if (open != null) {
      methods.add(open.method().equals("HEAD"));
    }
    var parsed = SlowParser.responses(answers, methods, ANY);
    if (parsed.end() != Parsed.End.CLEAN) {
      return "answers that do not parse: " + parsed;
    }
    var finals = parsed.messages().stream().filter(m -> m.status() >= 200).toList();
    int refusals = finals.size() - served.size();
    boolean mayRefuse = !closes && truth.end() != Parsed.End.CLEAN && !isMidway();
    boolean mustRefuse = !closes && truth.end() == Parsed.End.REFUSED;
    if (refusals < (mustRefuse ? 1 : 0) || refusals > (mayRefuse ? 1 : 0)) {
      return "answers: " + Bytes.escaped(answers);
    }
    for (Message answer : finals.subList(0, served.size())) {
      if (answer.status() != 200) {
        return "a good request got " + answer;
      }
    }
    if (refusals == 1 && !isRefusal(finals.getLast())) {
      return "refused with " + finals.getLast();
    }
    return closed == (closes || refusals == 1) ? null : "closed: " + closed;
  }

  private boolean isMidway() {
    return truth.end() == Parsed.End.MIDWAY;
  }

  private boolean isRefusal(Message answer) {
    return REFUSALS.contains(answer.status())
        && (open() == null || answer.status() == 400)
        && answer.connectionSays("close");
  }

  private @Nullable String ofBackends(List<Backend> backends, String answers) {
    var open = open();
    if (backends.size() != served.size() + (open == null ? 0 : 1)) {
      return "routed: " + backends.size();
    }
    for (int i = 0; i < served.size(); i++) {
      var backend = backends.get(i);
      var parsed = SlowParser.requests(backend.sent(), ANY);
      var expected = new Parsed(List.of(passedOn(served.get(i))), null, Parsed.End.CLEAN, "");
      if (!expected.allows(parsed) || !backend.isWhole()) {
        return "a backend got " + Bytes.escaped(backend.sent()) + ": " + parsed;
      }
    }
    return open == null ? null : ofOpen(backends.getLast(), open, answers);
  }

  /** A request that is not whole, or was refused midway, must look so to its backend. */
  private @Nullable String ofOpen(Backend backend, Message open, String answers) {
    var parsed = SlowParser.requests(backend.sent(), ANY);
    boolean incomplete =
        parsed.messages().isEmpty() && Objects.equals(parsed.open(), passedOn(open));
    boolean refused = answers.endsWith("\r\n\r\n") || backend.isReset();
    boolean given = truth.end() != Parsed.End.REFUSED || (backend.isReset() && !backend.isOpen());
    return incomplete && given && !backend.isWhole()
        ? null
        : "a backend got a part " + Bytes.escaped(backend.sent()) + (refused ? " reset" : "");
  }

  /** What we send on of a request ({@code spec/http.md} §7.3, §7.4). */
  private static Message passedOn(Message request) {
    boolean waits = "100-continue".equalsIgnoreCase(request.first("expect"));
    var fields = new ArrayList<Field>();
    for (Field field : request.fields()) {
      boolean dropped =
          field.is("content-length")
              || field.is("transfer-encoding")
              || (waits && field.is("expect"));
      if (!dropped) {
        fields.add(field);
      }
    }
    boolean saysZero = Set.of("POST", "PUT", "PATCH").contains(request.method());
    String framing = request.framing().equals("none") && saysZero ? "length 0" : request.framing();
    if (framing.startsWith("length ")) {
      fields.add(new Field("Content-Length", framing.substring(7)));
    } else if (framing.equals("chunked")) {
      fields.add(new Field("Transfer-Encoding", "chunked"));
    }
    return new Message(request.line(), fields, framing, request.body(), request.trailers());
  }
}

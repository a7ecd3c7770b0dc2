package fairlead.http1.fuzz;

import fairlead.http1.fuzz.Message.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A caller's bytes through both codecs to a backend, held to what the oracle says of them. */
final class RequestRun {
  /** No 2xx, which would open a tunnel to CONNECT. */
  private static final String ANSWER = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n";

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
    var caller = new Caller(bounds, ANSWER);
    try {
      caller.sends(bytes, cuts);
      String answers = caller.received();
      String wrong = ofAnswers(answers, caller.isClosed());
      return wrong == null ? ofBackends(caller.backends()) : wrong;
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
      if (answer.status() != 404) {
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

  private @Nullable String ofBackends(List<Backend> backends) {
    var open = open();
    if (backends.size() != served.size() + (open == null ? 0 : 1)) {
      return "routed: " + backends.size();
    }
    for (int i = 0; i < served.size(); i++) {
      var backend = backends.get(i);
      var parsed = SlowParser.requests(backend.sent(), ANY);
      var got = parsed.messages().stream().map(RequestRun::withoutExpect).toList();
      boolean same = got.equals(List.of(withoutExpect(passedOn(served.get(i)))));
      if (!same || parsed.end() != Parsed.End.CLEAN || !backend.isWhole()) {
        return "a backend got " + Bytes.escaped(backend.sent()) + ": " + parsed;
      }
    }
    return open == null ? null : ofOpen(backends.getLast(), open);
  }

  /** A request that is not whole, or was refused midway, must look so to its backend. */
  private @Nullable String ofOpen(Backend backend, Message open) {
    var parsed = SlowParser.requests(backend.sent(), ANY);
    boolean incomplete =
        parsed.messages().isEmpty()
            && parsed.open() != null
            && withoutExpect(parsed.open()).equals(withoutExpect(passedOn(open)));
    boolean given = truth.end() != Parsed.End.REFUSED || (backend.isReset() && !backend.isOpen());
    return incomplete && given && !backend.isWhole()
        ? null
        : "a backend got a part "
            + Bytes.escaped(backend.sent())
            + (backend.isReset() ? " reset" : "");
  }

  /** What we send on of a request ({@code spec/http.md} §7.4). */
  private static Message passedOn(Message request) {
    var fields = new ArrayList<Field>();
    for (Field field : request.fields()) {
      if (!field.is("content-length") && !field.is("transfer-encoding")) {
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

  /** Who says {@code 100 Continue}, and so who sees {@code Expect}, is tested elsewhere. */
  private static Message withoutExpect(Message message) {
    List<Field> fields = message.fields().stream().filter(f -> !f.is("expect")).toList();
    return new Message(
        message.line(), fields, message.framing(), message.body(), message.trailers());
  }
}

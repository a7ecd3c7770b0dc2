package fairlead.http1.fuzz;

import fairlead.http1.fuzz.Message.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A backend's bytes through both codecs to a caller, held to what the oracle says of them. */
final class ResponseRun {
  private static final Bounds ANY = new Bounds(1 << 20, 1 << 20, 1 << 10, true);

  private final Parsed truth;
  private final boolean toHead;
  private final int minor;
  private final List<Message> interims = new ArrayList<>();
  private @Nullable Message answer;
  private boolean complete;
  private boolean surplus;

  /**
   * @param toHead whether the caller asked with HEAD
   * @param minor of the caller's HTTP/1.x
   */
  ResponseRun(Parsed truth, boolean toHead, int minor) {
    this.truth = truth;
    this.toHead = toHead;
    this.minor = minor;
    for (Message message : truth.messages()) {
      take(message, true);
    }
    if (truth.open() != null) {
      take(truth.open(), false);
    }
    surplus |= complete && truth.end() != Parsed.End.CLEAN;
  }

  private void take(Message message, boolean whole) {
    if (answer != null) {
      surplus = true;
    } else if (message.status() < 200 && message.status() != 101) {
      interims.add(message);
    } else {
      answer = message;
      complete = whole;
    }
  }

  /** What is wrong; null when nothing is. */
  @Nullable String complaint(String bytes, Bounds bounds, int... cuts) {
    var caller = new Caller(bounds, null);
    try {
      caller.sends((toHead ? "HEAD" : "GET") + " / HTTP/1." + minor + "\r\nHost: a\r\n\r\n");
      var backend = caller.backends().getFirst();
      int from = 0;
      for (int i = 0; i <= cuts.length; i++) {
        int to = i == cuts.length ? bytes.length() : cuts[i];
        backend.says(Bytes.buffer(bytes.substring(from, to)));
        from = to;
      }
      String wrong = ofTheConnection(backend, cuts.length == 0);
      backend.closes();
      return wrong == null ? ofTheAnswer(caller.received()) : wrong;
    } finally {
      caller.leaves();
    }
  }

  /** It goes back to the pool only when nothing of it can be taken for another answer. */
  private @Nullable String ofTheConnection(Backend backend, boolean atOnce) {
    boolean reusable = complete && !surplus && isReusable(answer);
    boolean over = isSwitch() || truth.end() == Parsed.End.REFUSED || (complete && !endsWithIt());
    boolean maybe = truth.end() == Parsed.End.DOOMED;
    if (reusable) {
      return backend.freed() == 1 && backend.isOpen() ? null : "not pooled";
    }
    if (backend.freed() > (atOnce ? 0 : 1)) {
      return "pooled";
    }
    return backend.isOpen() == !over || maybe ? null : "open: " + backend.isOpen();
  }

  private boolean endsWithIt() {
    return answer != null && answer.framing().equals("close");
  }

  private boolean isSwitch() {
    return answer != null && answer.status() == 101;
  }

  private static boolean isReusable(@Nullable Message message) {
    if (message == null || message.status() == 101 || message.framing().equals("close")) {
      return false;
    }
    String length = message.first("content-length");
    boolean tooMuch =
        message.status() == 204
            && (message.first("transfer-encoding") != null
                || (length != null && !length.equals("0")));
    return message.persists(message.minorOfResponse()) && !tooMuch;
  }

  private @Nullable String ofTheAnswer(String received) {
    var parsed = SlowParser.responses(received, List.of(toHead), ANY);
    String got = "the caller got " + Bytes.escaped(received) + ": " + parsed;
    var finals = parsed.messages().stream().filter(m -> m.status() >= 200).toList();
    var seen = parsed.messages().stream().map(Message::status).filter(s -> s < 200).toList();
    var told = minor == 0 ? List.<Integer>of() : interims.stream().map(Message::status).toList();
    if (!seen.equals(told)) {
      return "interim " + told + ": " + got;
    }
    if (answer == null || isSwitch()) {
      boolean said = finals.size() == 1 && finals.getFirst().status() == 502;
      return said && parsed.end() == Parsed.End.CLEAN ? null : got;
    }
    Message expected = passedOn(answer);
    if (complete || expected.framing().equals("close")) { // a reset tells the latter, not a byte
      return finals.size() == 1
              && parsed.end() == Parsed.End.CLEAN
              && comparable(finals.getFirst()).equals(comparable(expected))
          ? null
          : got;
    }
    return finals.isEmpty()
            && parsed.open() != null
            && comparable(parsed.open()).equals(comparable(expected))
        ? null
        : got;
  }

  private Message passedOn(Message message) {
    boolean reframed = message.framing().equals("chunked") || message.framing().equals("close");
    String framing = reframed ? (minor == 1 ? "chunked" : "close") : message.framing();
    String line = framing.equals("chunked") ? "1.1" + message.line().substring(3) : message.line();
    boolean keepsTrailers = framing.equals("chunked");
    return new Message(
        line,
        message.fields(),
        framing,
        message.body(),
        keepsTrailers ? message.trailers() : List.of());
  }

  /** Framing is compared as such; {@code Connection} is each connection's own. */
  private static Message comparable(Message message) {
    List<Field> fields =
        message.fields().stream()
            .filter(
                f -> !f.is("content-length") && !f.is("transfer-encoding") && !f.is("connection"))
            .toList();
    return new Message(
        message.line(), fields, message.framing(), message.body(), message.trailers());
  }
}

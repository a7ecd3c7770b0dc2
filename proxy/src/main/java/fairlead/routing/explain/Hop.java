package fairlead.routing.explain;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/**
 * What one hop did with a request. Immutable; times in nanoseconds.
 *
 * @param status of the answer
 * @param retries how often the request was sent again although it may have been processed
 */
record Hop(Explained explained, int status, List<Attempt> attempts, int retries, Times times) {
  /** A line of a head has at most so many bytes. */
  static final int MOST_BYTES = 1536;

  /** Of more attempts nothing is noted. */
  static final int MOST_ATTEMPTS = 16;

  private static final int MOST_LINES = 200;
  private static final int LINE_CHARACTERS = 160;

  /**
   * One attempt.
   *
   * @param connect until there was a connection
   * @param answer from there to the head of the answer, or until it failed
   */
  record Attempt(String endpoint, long connect, long answer, String end) {}

  /**
   * Where the time went, besides the attempts.
   *
   * @param total from the request's head to the answer's
   * @param explain until this explanation was there
   * @param bind until an endpoint was picked
   */
  record Times(long total, long explain, long bind) {}

  /** For people. */
  String show() {
    var sections = new LinkedHashMap<String, List<String>>();
    explained.sections().forEach((title, lines) -> sections.put(title, cut(lines, MOST_LINES)));
    sections.put("attempts", attempts.stream().map(Hop::show).toList());
    sections.put(
        "answer",
        List.of(
            status
                + (retries == 0
                    ? ""
                    : ", sent again " + retries + (retries == 1 ? " time" : " times"))));
    sections.put(
        "time",
        List.of(
            millis(times.total)
                + " ms: explaining "
                + millis(times.explain)
                + ", binding "
                + millis(times.bind)
                + ", the rest the attempts"));
    return Explained.show(sections);
  }

  private static String show(Attempt attempt) {
    return attempt.endpoint
        + "  "
        + attempt.end
        + "  ("
        + millis(attempt.connect)
        + " ms for a connection, "
        + millis(attempt.answer)
        + " ms for the answer)";
  }

  /** One line of visible ASCII, no longer than {@link #MOST_BYTES}. */
  String line() {
    for (int lines = 64; lines > 0; lines /= 2) {
      String line = Json.ascii(json(lines, LINE_CHARACTERS));
      if (line.length() <= MOST_BYTES) {
        return line;
      }
    }
    ObjectNode least = JsonNodeFactory.instance.objectNode();
    least.put("router", cut(explained.router(), LINE_CHARACTERS));
    least.put("answer", status);
    millis(least.putObject("ms"));
    least.put("cut", true);
    return Json.ascii(least);
  }

  /** For machines, whole. */
  ObjectNode json() {
    return json(MOST_LINES, Integer.MAX_VALUE);
  }

  /** With so many lines a section, each of so many characters. */
  private ObjectNode json(int lines, int characters) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    explained
        .sections()
        .forEach(
            (title, all) -> {
              var some = cut(all, lines).stream().map(line -> cut(line, characters)).toList();
              boolean one =
                  title.equals("router") || title.equals("request") || title.equals("result");
              if (one) {
                json.put(title, some.getFirst());
              } else {
                some.forEach(json.putArray(title)::add);
              }
            });
    if (explained.name() != null) {
      json.put("name", cut(explained.name(), characters));
    }
    var tried = json.putArray("attempts");
    attempts.stream().limit(lines).forEach(each -> json(each, characters, tried.addObject()));
    json.put("answer", status);
    json.put("retries", retries);
    millis(json.putObject("ms"));
    return json;
  }

  private void millis(ObjectNode json) {
    json.put("total", number(times.total))
        .put("explain", number(times.explain))
        .put("bind", number(times.bind));
  }

  private static void json(Attempt attempt, int characters, ObjectNode json) {
    json.put("endpoint", attempt.endpoint)
        .put("end", cut(attempt.end, characters))
        .put("connectMs", number(attempt.connect))
        .put("answerMs", number(attempt.answer));
  }

  private static List<String> cut(List<String> lines, int most) {
    if (lines.size() <= most) {
      return lines;
    }
    var some = new ArrayList<>(lines.subList(0, most));
    some.add("and " + (lines.size() - most) + " more");
    return some;
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
  }

  private static double number(long nanos) {
    return Math.round(nanos / 1e5) / 10.0;
  }
}

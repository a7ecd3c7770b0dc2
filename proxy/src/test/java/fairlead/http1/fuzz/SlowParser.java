package fairlead.http1.fuzz;

import fairlead.http1.fuzz.Message.Field;
import fairlead.http1.fuzz.Parsed.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The oracle: RFC 9112 as it stands there, with the stricter rules of {@code
 * docs/conformance/http1.md}, on a whole stream held as a string of bytes. Simple, slow, and its
 * own: it uses nothing of the main code.
 */
@SuppressWarnings("JdkObsolete") // hitEnd: whether more bytes could still make it match
final class SlowParser {
  /** RFC 9110 §5.6.2. */
  private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]++";

  /** RFC 9112 §3; a target is any visible ASCII but {@code #} and the backslash. */
  private static final Pattern REQUEST_LINE =
      Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7e&&[^#\\\\]]++) HTTP/(1\\.[01])");

  /** RFC 9112 §4. */
  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/(1\\.[01]) ([1-9][0-9]{2}) ([\\t\\x20-\\x7e\\x80-\\xff]*+)");

  /** RFC 9112 §5. */
  private static final Pattern FIELD_LINE =
      Pattern.compile("(" + TOKEN + "):([\\t\\x20-\\x7e\\x80-\\xff]*+)");

  /** RFC 9112 §7.1; at most 15 digits. */
  private static final Pattern CHUNK_SIZE = Pattern.compile("[0-9A-Fa-f]{1,15}+");

  /** RFC 9112 §7.1.1, without the white space that it calls bad. */
  private static final Pattern CHUNK_EXTENSION =
      Pattern.compile(
          ";"
              + TOKEN
              + "(?:=(?:"
              + TOKEN
              + "|\"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]++"
              + "|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*+\"))?+");

  private static final Pattern CRLF = Pattern.compile("\r\n");

  private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,17}");

  private static final int MAX_EXTENSIONS = 4096;

  private final String in;
  private final boolean requests;
  private final List<Boolean> toHead;
  private final Bounds bounds;
  private final List<Message> messages = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();
  private int at;
  private int finals;
  private @Nullable Message open;

  private SlowParser(String in, boolean requests, List<Boolean> toHead, Bounds bounds) {
    this.in = in;
    this.requests = requests;
    this.toHead = toHead;
    this.bounds = bounds;
  }

  static Parsed requests(String in, Bounds bounds) {
    return new SlowParser(in, true, List.of(), bounds).parse();
  }

  /**
   * Responses, until the connection closes.
   *
   * @param toHead whether the first final answer, the second … is one to HEAD; of those beyond the
   *     list, none is
   */
  static Parsed responses(String in, List<Boolean> toHead, Bounds bounds) {
    return new SlowParser(in, false, toHead, bounds).parse();
  }

  /** Ends the parse. */
  private static final class Stop extends Exception {
    private final End end;

    private Stop(End end, String why) {
      super(why, null, false, false);
      this.end = end;
    }
  }

  private static Stop refused(String why) {
    return new Stop(End.REFUSED, why);
  }

  private Parsed parse() {
    try {
      while (at < in.length()) {
        messages.add(message());
        open = null;
      }
      return new Parsed(messages, null, End.CLEAN, "");
    } catch (Stop stop) {
      return new Parsed(messages, withBodySoFar(), stop.end, String.valueOf(stop.getMessage()));
    }
  }

  private @Nullable Message withBodySoFar() {
    return open == null
        ? null
        : new Message(open.line(), open.fields(), open.framing(), body.toString(), List.of());
  }

  private Message message() throws Stop {
    if (requests && in.startsWith("\r\n", at)) {
      at += 2; // one empty line (RFC 9112 §2.2)
    }
    String line = startLine();
    int minor = line.charAt(requests ? line.length() - 1 : 2) - '0';
    var raw = new ArrayList<String>();
    List<Field> fields = fields(raw);
    String framing = framing(line, minor, fields, raw);
    if (requests) {
      checkTarget(line);
      checkHost(minor, fields);
    }
    body.setLength(0);
    open = new Message(line, fields, framing, "", List.of());
    List<Field> trailers = body(framing);
    return new Message(line, fields, framing, body.toString(), trailers);
  }

  private String startLine() throws Stop {
    Pattern pattern = requests ? REQUEST_LINE : STATUS_LINE;
    Matcher matcher = pattern.matcher(line(bounds.line(), pattern, ""));
    if (!matcher.matches()) {
      throw refused("start line");
    }
    return matcher.group(1) + " " + matcher.group(2) + " " + matcher.group(3);
  }

  /**
   * The next line without its CRLF. Where it is not complete: whether {@code pattern} could still
   * match decides, and {@code hopeless} says why it cannot for another reason.
   */
  private String line(int limit, Pattern pattern, String hopeless) throws Stop {
    int end = at;
    while (end < in.length() && isText(in.charAt(end))) {
      end++;
    }
    if (end - at > limit) {
      throw refused("long line");
    }
    String line = in.substring(at, end);
    String rest = in.substring(end, Math.min(end + 2, in.length()));
    if (rest.equals("\r\n")) {
      at = end + 2;
      return line;
    }
    if (!rest.isEmpty() && !rest.equals("\r")) {
      throw refused("control in a line");
    }
    Matcher matcher = pattern.matcher(line);
    boolean matches = matcher.matches();
    boolean good = line.isEmpty() || (rest.isEmpty() ? matches || matcher.hitEnd() : matches);
    boolean possible = good && (line.isEmpty() || hopeless.isEmpty());
    throw new Stop(possible ? End.MIDWAY : End.DOOMED, "line not complete");
  }

  private static boolean isText(char c) {
    return c == '\t' || (c >= ' ' && c != 0x7f);
  }

  /** A head or a trailer section to its empty line; {@code raw} gets what stands behind colons. */
  private List<Field> fields(List<String> raw) throws Stop {
    var fields = new ArrayList<Field>();
    int bytes = 0;
    while (true) {
      String hopeless = fields.size() == bounds.fields() ? "too many fields" : "";
      String line = line(bounds.headers() - bytes, FIELD_LINE, hopeless);
      if (line.isEmpty()) {
        return fields;
      }
      bytes += line.length();
      Matcher matcher = FIELD_LINE.matcher(line);
      if (!matcher.matches() || !hopeless.isEmpty()) {
        throw refused("field line");
      }
      String name = matcher.group(1);
      String value = trim(matcher.group(2));
      if (name.contains("_")
          && KnownNames.ALL.contains(name.toLowerCase(Locale.ROOT).replace('_', '-'))) {
        throw refused("underscore for hyphen");
      }
      if (!bounds.obsText() && value.chars().anyMatch(c -> c > 0x7f)) {
        throw refused("obs-text");
      }
      raw.add(matcher.group(2));
      fields.add(new Field(name, value));
    }
  }

  private static String trim(String value) {
    int from = 0;
    int to = value.length();
    while (from < to && (value.charAt(from) == ' ' || value.charAt(from) == '\t')) {
      from++;
    }
    while (to > from && (value.charAt(to - 1) == ' ' || value.charAt(to - 1) == '\t')) {
      to--;
    }
    return value.substring(from, to);
  }

  /** RFC 9112 §6.3; anything that two readers could read differently is refused. */
  private String framing(String line, int minor, List<Field> fields, List<String> raw) throws Stop {
    String length = null;
    boolean chunked = false;
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      if (field.is("content-length")) {
        if (length != null || !LENGTH.matcher(field.value()).matches()) {
          throw refused("Content-Length");
        }
        length = field.value();
      } else if (field.is("transfer-encoding")) {
        boolean plain =
            requests
                ? raw.get(i).equals("chunked") || raw.get(i).equals(" chunked")
                : field.value().equalsIgnoreCase("chunked");
        if (chunked || minor == 0 || !plain) {
          throw refused("Transfer-Encoding");
        }
        chunked = true;
      } else if (field.is("connection")) {
        checkOptions(field.value());
      }
    }
    if (chunked && length != null) {
      throw refused("Content-Length and Transfer-Encoding");
    }
    if (requests) {
      return chunked ? "chunked" : length == null ? "none" : "length " + length;
    }
    return framingOfResponse(line, chunked, length);
  }

  private String framingOfResponse(String line, boolean chunked, @Nullable String length) {
    int status = Integer.parseInt(line.substring(4, 7));
    if (status < 200) {
      return "none";
    }
    boolean answersHead = finals < toHead.size() && toHead.get(finals);
    finals++;
    if (status == 204) {
      return "none";
    }
    if (answersHead || status == 304) {
      return length == null ? "none" : "announced " + length;
    }
    return chunked ? "chunked" : length == null ? "close" : "length " + length;
  }

  /** RFC 9110 §7.6.1: a list of tokens, which may have empty elements. */
  private static void checkOptions(String value) throws Stop {
    for (String option : value.split(",", -1)) {
      String trimmed = trim(option);
      if (!trimmed.isEmpty() && !Pattern.matches(TOKEN, trimmed)) {
        throw refused("Connection");
      }
    }
  }

  /** RFC 9112 §3.2. */
  private static void checkTarget(String line) throws Stop {
    String[] parts = line.split(" ", -1);
    String method = parts[0];
    String target = parts[1];
    if (method.equals("CONNECT")) {
      if (!Authorities.isHostAndPort(target)) {
        throw refused("authority form");
      }
    } else if (target.equals("*")) {
      if (!method.equals("OPTIONS")) {
        throw refused("asterisk form");
      }
    } else if (!target.startsWith("/")) {
      Matcher absolute = Pattern.compile("(?i:https?)://([^/?]*)(?:[/?].*)?").matcher(target);
      if (!absolute.matches() || !Authorities.isHost(absolute.group(1))) {
        throw refused("absolute form");
      }
    }
  }

  private static void checkHost(int minor, List<Field> fields) throws Stop {
    List<Field> hosts = fields.stream().filter(f -> f.is("host")).toList();
    if (hosts.size() > 1 || (hosts.isEmpty() && minor == 1)) {
      throw refused("one Host");
    }
    if (hosts.size() == 1) {
      String value = hosts.getFirst().value();
      if (!value.isEmpty() && !Authorities.isHost(value)) {
        throw refused("Host");
      }
    }
  }

  /** Reads the body into {@link #body}; its trailers. */
  private List<Field> body(String framing) throws Stop {
    if (framing.equals("chunked")) {
      return chunks();
    }
    if (framing.equals("close")) {
      take(in.length() - at);
    } else if (framing.startsWith("length ")) {
      take(Long.parseLong(framing.substring(7)));
    }
    return List.of();
  }

  private void take(long bytes) throws Stop {
    int there = (int) Math.min(bytes, in.length() - at);
    body.append(in, at, at + there);
    at += there;
    if (there < bytes) {
      throw new Stop(End.MIDWAY, "body not complete");
    }
  }

  private List<Field> chunks() throws Stop {
    int extensions = 0;
    while (true) {
      long size = Long.parseLong(piece(CHUNK_SIZE, "chunk size"), 16);
      extensions = extensions(extensions);
      if (size == 0) {
        return fields(new ArrayList<>()).stream().filter(f -> !KnownNames.steers(f)).toList();
      }
      take(size);
      piece(CRLF, "end of a chunk");
    }
  }

  /** The rest of a chunk line; the bytes of extensions so far. */
  private int extensions(int before) throws Stop {
    int begin = at;
    try {
      while (at < in.length() && in.charAt(at) == ';') {
        piece(CHUNK_EXTENSION, "chunk extension");
      }
      piece(CRLF, "end of a chunk line");
    } catch (Stop stop) {
      throw before + in.length() - begin - 1 > MAX_EXTENSIONS ? refused("extensions") : stop;
    }
    int now = before + at - 2 - begin;
    if (now > MAX_EXTENSIONS) {
      throw refused("extensions");
    }
    return now;
  }

  /** The text here that {@code pattern} matches. */
  private String piece(Pattern pattern, String what) throws Stop {
    Matcher matcher = pattern.matcher(in);
    matcher.region(at, in.length());
    boolean matches = matcher.lookingAt();
    if (matcher.hitEnd()) {
      throw new Stop(End.MIDWAY, what + " not complete");
    }
    if (!matches) {
      throw refused(what);
    }
    at = matcher.end();
    return matcher.group();
  }
}

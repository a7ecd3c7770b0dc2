package fairlead.http1;

import java.util.List;

/**
 * What a parser made of a stream of bytes.
 *
 * @param messages those accepted, head and body
 * @param end what came of the rest
 */
record Reading(List<Message> messages, End end) {
  /** One message: its start line, fields as {@code name: value}, content and trailers. */
  record Message(String start, List<String> fields, String body, List<String> trailers) {}

  /** How it ended. */
  sealed interface End {
    /** Nothing is left. */
    record Clean() implements End {}

    /** A message is not complete. */
    record Midway() implements End {}

    /** A message was refused. */
    record Refused(int status, String reason) implements End {}
  }

  boolean isRefused() {
    return end instanceof End.Refused;
  }

  int status() {
    return end instanceof End.Refused(int status, _) ? status : 0;
  }
}

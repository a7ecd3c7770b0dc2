package fairlead.routing;

import fairlead.http.Deadline;
import fairlead.http.GrpcTimeout;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.naming.Dtab;
import fairlead.naming.Dtabs;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What callers say of the context of a request ({@code spec/http.md} §4.1, §4.2). Any thread. */
final class ContextHeaders {
  private ContextHeaders() {}

  /**
   * Takes the request's dtab out of its head: what other proxies passed on, then the user's own.
   *
   * @throws fairlead.naming.NameSyntaxException when one of the lines is none
   */
  static Dtab takeDtab(Head head) {
    return take(head, HeaderNames.L5D_CTX_DTAB).concat(take(head, HeaderNames.L5D_DTAB));
  }

  /** Takes the deadline out of the head; the strictest of several, null when there is none. */
  static @Nullable Deadline takeDeadline(Head head) {
    if (!head.contains(HeaderNames.L5D_CTX_DEADLINE)) {
      return null;
    }
    Deadline strictest = null;
    for (String value : head.all(HeaderNames.L5D_CTX_DEADLINE)) {
      var deadline = Deadline.parse(value);
      if (deadline != null) {
        strictest = strictest == null ? deadline : strictest.combine(deadline);
      }
    }
    head.remove(HeaderNames.L5D_CTX_DEADLINE);
    return strictest;
  }

  /** Takes the note that whoever sent the request sends it again out of the head. */
  static boolean takeCallerRetries(Head head) {
    int i = head.find(HeaderNames.L5D_CALLER_RETRIES);
    if (i < 0) {
      return false;
    }
    boolean retries = head.valueIs(i, "true");
    head.remove(HeaderNames.L5D_CALLER_RETRIES);
    return retries;
  }

  /** How long a gRPC call may take, or null when the caller does not say, or nothing readable. */
  static @Nullable Duration grpcTimeout(Head head) {
    String value = head.first(HeaderNames.GRPC_TIMEOUT);
    return value == null ? null : GrpcTimeout.parse(value);
  }

  private static Dtab take(Head head, int name) {
    if (!head.contains(name)) {
      return Dtab.EMPTY;
    }
    var dtab = Dtab.EMPTY;
    for (String value : head.all(name)) {
      dtab = dtab.concat(Dtabs.parse(value));
    }
    head.remove(name);
    return dtab;
  }
}

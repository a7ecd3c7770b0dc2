package fairlead.exchange;

import java.util.List;

/** What somebody wants to know of one exchange is noted by this on the way. Event loop only. */
public interface Inquiry {
  /** The status of an answer in the endpoint's place, or 0 when it is to be asked. */
  int NO_STATUS = 0;

  /**
   * An attempt goes to {@code endpoint}, which was picked from {@code addresses}.
   *
   * @return what the attempt enters before it is sent
   */
  Filter attempt(String endpoint, List<String> addresses);

  /** The attempt has its connection. */
  void connected(Exchange exchange);

  /** The status of an answer, without a body, in the endpoint's place, or {@link #NO_STATUS}. */
  default int localStatus() {
    return NO_STATUS;
  }
}

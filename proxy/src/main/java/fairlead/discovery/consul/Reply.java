package fairlead.discovery.consul;

import fairlead.client.control.ControlResult.Answer;
import org.jspecify.annotations.Nullable;

/** What Consul said to one request. Immutable. */
public sealed interface Reply {
  /** 200. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Found(byte[] body, Meta meta) implements Reply {}

  /** 404 with an index: a key that does not exist. */
  record Missing(Meta meta) implements Reply {}

  /** Anything else. */
  record Bad(Trouble trouble) implements Reply {}

  /**
   * The headers of an answer ({@code spec/consul-wire.md} §1).
   *
   * @param index unsigned; null when missing or no number
   * @param knownLeader true when the header is missing
   * @param lastContactMillis 0 when missing
   * @param filteredByAcls whether Consul says that it left something out
   */
  record Meta(
      @Nullable Long index, boolean knownLeader, long lastContactMillis, boolean filteredByAcls) {
    static Meta of(Answer answer) {
      Long contact = number(answer.header("x-consul-lastcontact"));
      return new Meta(
          number(answer.header("x-consul-index")),
          !"false".equalsIgnoreCase(answer.header("x-consul-knownleader")),
          contact == null ? 0 : contact,
          "true".equalsIgnoreCase(answer.header("x-consul-results-filtered-by-acls")));
    }

    private static @Nullable Long number(@Nullable String text) {
      if (text == null) {
        return null;
      }
      try {
        return Long.parseUnsignedLong(text.strip());
      } catch (NumberFormatException notANumber) {
        return null;
      }
    }

    /** Whether the index can be asked with: there, and not 0. */
    public boolean hasIndex() {
      return index != null && index != 0;
    }
  }
}

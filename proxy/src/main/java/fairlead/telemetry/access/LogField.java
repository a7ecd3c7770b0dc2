package fairlead.telemetry.access;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a line of JSON may tell of a request; {@link #word} is its name there. */
public enum LogField {
  /** When the request's head was there: ISO 8601, UTC, milliseconds. */
  TIME("time"),
  ROUTER("router"),
  /** The caller's address. */
  PEER("peer"),
  METHOD("method"),
  HOST("host"),
  /** As it was received. */
  TARGET("target"),
  PROTOCOL("protocol"),
  /** Of the answer that the caller got; 0 when it got none. */
  STATUS("status"),
  /** Bytes of the body that came from the caller. */
  REQUEST_BYTES("requestBytes"),
  /** Bytes of the body that came from the backend. */
  RESPONSE_BYTES("responseBytes"),
  /** Until the answer's head was there, in milliseconds. */
  RESPONSE_MS("responseMs"),
  /** Until all was over, in milliseconds. */
  DURATION_MS("durationMs"),
  SERVICE("service"),
  CLIENT("client"),
  /** The address that was asked last. */
  ENDPOINT("endpoint"),
  RETRIES("retries"),
  /** {@code answered}, {@code failed} or {@code abandoned}. */
  OUTCOME("outcome"),
  /** Why it failed. */
  FAILURE("failure"),
  REFERER("referer"),
  USER_AGENT("userAgent"),
  TRACE("trace");

  /** By their words. */
  public static final Map<String, LogField> BY_WORD =
      Arrays.stream(values()).collect(Collectors.toMap(LogField::word, Function.identity()));

  /** What is told when nothing else is asked for. */
  public static final List<LogField> USUAL =
      Stream.of(values()).filter(field -> field != REFERER).toList();

  private final String word;

  LogField(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}

package fairlead.recorder;

import fairlead.recorder.FlightRecorder.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The last events of one kind: slots of the same size, each a line of JSON filled up with spaces.
 * Writers take one slot after the other and do not wait; a reader leaves out what is being written.
 * Any thread.
 */
final class Ring {
  static final int EVENTS = 256;
  static final int EVENT_BYTES = 512;

  /** More in a second are only counted. */
  static final int A_SECOND = 64;

  private static final int TIME_AT = "{\"at\":\"".length();
  private static final String NUMBER = "\"n\":";

  private final ByteBuffer memory;
  private final AtomicInteger next = new AtomicInteger();

  /** The second that is counted, and how many events it had; a little wrong now and then. */
  private volatile long second;

  private final AtomicInteger inSecond = new AtomicInteger();
  private final AtomicInteger missed = new AtomicInteger();

  Ring(ByteBuffer memory) {
    this.memory = memory;
    byte[] blank = new byte[EVENT_BYTES];
    Arrays.fill(blank, (byte) ' ');
    blank[EVENT_BYTES - 1] = '\n';
    for (int i = 0; i < EVENTS; i++) {
      memory.put(i * EVENT_BYTES, blank);
    }
  }

  /**
   * One event, ordered by its number.
   *
   * @param line its JSON
   */
  record Event(Instant at, long number, String line) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return Long.compare(number, other.number);
    }
  }

  /** Whether this second has room for another; else it is counted as missed. */
  boolean takes(long now) {
    if (second != now || inSecond.get() < A_SECOND) {
      return true;
    }
    missed.incrementAndGet();
    return false;
  }

  void add(Instant at, AtomicLong count, Kind kind, String subject, String text) {
    long now = at.getEpochSecond();
    if (second != now) {
      second = now;
      inSecond.set(0);
    }
    if (inSecond.incrementAndGet() > A_SECOND) {
      missed.incrementAndGet();
      return;
    }
    int lost = missed.getAndSet(0);
    byte[] line = line(at, count.incrementAndGet(), kind, subject, text, lost);
    memory.put(Math.floorMod(next.getAndIncrement(), EVENTS) * EVENT_BYTES, line);
  }

  /** What was kept in memory goes on in a file. */
  void copyTo(Ring other) {
    byte[] all = new byte[EVENTS * EVENT_BYTES];
    memory.get(0, all);
    other.memory.put(0, all);
    other.next.set(next.get());
  }

  private static byte[] line(
      Instant at, long number, Kind kind, String subject, String text, int lost) {
    var line = new StringBuilder(EVENT_BYTES);
    line.append("{\"at\":\"")
        .append(at.truncatedTo(ChronoUnit.MILLIS))
        .append("\",")
        .append(NUMBER)
        .append(number);
    line.append(",\"kind\":\"").append(kind.word()).append('"');
    if (lost > 0) {
      line.append(",\"missed\":").append(lost);
    }
    line.append(",\"subject\":\"");
    escape(subject, line, EVENT_BYTES / 2);
    line.append("\",\"text\":\"");
    escape(text, line, EVENT_BYTES - 4);
    line.append("\"}");
    byte[] bytes = new byte[EVENT_BYTES];
    Arrays.fill(bytes, (byte) ' ');
    byte[] written = line.toString().getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(written, 0, bytes, 0, written.length);
    bytes[EVENT_BYTES - 1] = '\n';
    return bytes;
  }

  /** As a JSON string of ASCII, cut so that {@code to} has at most so many characters. */
  private static void escape(String text, StringBuilder to, int most) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      String written =
          switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            default -> c < ' ' || c > '~' ? String.format("\\u%04x", (int) c) : String.valueOf(c);
          };
      if (to.length() + written.length() > most) {
        return;
      }
      to.append(written);
    }
  }

  Stream<Event> events() {
    return IntStream.range(0, EVENTS).boxed().flatMap(i -> event(i).stream());
  }

  private Optional<Event> event(int slot) {
    byte[] bytes = new byte[EVENT_BYTES];
    memory.get(slot * EVENT_BYTES, bytes);
    String line = new String(bytes, StandardCharsets.US_ASCII).strip();
    if (!line.endsWith("\"}")) {
      return Optional.empty();
    }
    try {
      int end = line.indexOf('"', TIME_AT);
      var at = Instant.parse(line.substring(TIME_AT, end));
      int number = line.indexOf(NUMBER) + NUMBER.length();
      long n = Long.parseLong(line.substring(number, line.indexOf(',', number)));
      return Optional.of(new Event(at, n, line));
    } catch (DateTimeException | IndexOutOfBoundsException | NumberFormatException _) {
      return Optional.empty(); // being written
    }
  }
}

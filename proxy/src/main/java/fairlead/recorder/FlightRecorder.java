package fairlead.recorder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What this process decided of late, in 1 MiB that never grows: a ring for each {@link Kind}, so
 * that a flood of one does not push out the others. For rare events only, never for each request;
 * of one kind at most {@link Ring#A_SECOND} a second are kept, the others are counted. Any thread;
 * nobody waits for anybody.
 *
 * <p>There is one a process, as there is one log.
 */
public final class FlightRecorder {
  /** What an event is about. */
  public enum Kind {
    /** Start, stop, a fault that nobody caught. */
    PROCESS,
    /** A configuration, or a part of it, was read anew, or could not be. */
    RELOAD,
    /** A listener opens, says goodbye, closes; a peer that floods is turned away with GOAWAY. */
    LISTENER,
    /** Rules that are kept in a file or a store changed. */
    DTAB,
    /** Addresses came, went, or are kept although they seem to be gone. */
    DISCOVERY,
    /** An endpoint is taken out, or is back. */
    HEALTH,
    /** A request failed. */
    FAILED,
    /** A request was slow. */
    SLOW;

    /** As written in events. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int BYTES = Kind.values().length * Ring.EVENTS * Ring.EVENT_BYTES;
  private static volatile FlightRecorder process =
      new FlightRecorder(ByteBuffer.allocate(BYTES), InstantSource.system());

  private final Map<Kind, Ring> rings = new EnumMap<>(Kind.class);
  private final InstantSource clock;
  private final AtomicLong count = new AtomicLong();

  /**
   * Empty.
   *
   * @param memory {@link #bytes} long
   */
  FlightRecorder(ByteBuffer memory, InstantSource clock) {
    this.clock = clock;
    int at = 0;
    for (Kind kind : Kind.values()) {
      rings.put(kind, new Ring(memory.slice(at, Ring.EVENTS * Ring.EVENT_BYTES)));
      at += Ring.EVENTS * Ring.EVENT_BYTES;
    }
  }

  static int bytes() {
    return BYTES;
  }

  /** Of this process. */
  public static FlightRecorder process() {
    return process;
  }

  /**
   * Keeps what comes from now on in {@code file}, which is one JSON object a line at any time, also
   * after this process was killed. That of an earlier process stays beside it, as {@code
   * NAME.before}. Blocks.
   *
   * @throws IOException when the file cannot be made; then memory is used as before
   */
  public static void keepIn(Path file) throws IOException {
    if (Files.exists(file)) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".before"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    try (var channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      var before = process;
      process =
          new FlightRecorder(
              channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES), InstantSource.system());
      before.rings.forEach((kind, ring) -> ring.copyTo(process.ring(kind)));
      process.count.set(before.count.get());
    }
  }

  /**
   * Notes an event of this process.
   *
   * @param subject what it is about: an address, a name, a label; no secret
   * @param text what happened; no secret
   */
  public static void note(Kind kind, String subject, String text) {
    process.add(kind, subject, text);
  }

  /** Whether an event of that kind would be kept now, for whoever must work to describe it. */
  public static boolean takes(Kind kind) {
    var recorder = process;
    return recorder.ring(kind).takes(recorder.clock.instant().getEpochSecond());
  }

  void add(Kind kind, String subject, String text) {
    ring(kind).add(clock.instant(), count, kind, subject, text);
  }

  private Ring ring(Kind kind) {
    var ring = rings.get(kind);
    if (ring == null) {
      throw new IllegalArgumentException("kind: " + kind + " (expected: one of the enum's)");
    }
    return ring;
  }

  /**
   * The events, one JSON object each, the oldest first.
   *
   * @param since not those before; null for all
   * @param kinds only these
   */
  public List<String> lines(@Nullable Instant since, Set<Kind> kinds) {
    return kinds.stream()
        .flatMap(kind -> ring(kind).events())
        .filter(event -> since == null || !event.at().isBefore(since))
        .sorted()
        .map(Ring.Event::line)
        .toList();
  }

  /** All events, one JSON object a line, the oldest first. */
  public String dump() {
    return lines(null, Set.of(Kind.values())).stream()
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }
}

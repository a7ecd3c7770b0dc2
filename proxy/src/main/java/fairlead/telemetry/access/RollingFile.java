package fairlead.telemetry.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A log file that is put aside by its {@link RollPolicy}: {@code access.log} becomes {@code
 * access-20260131-14.log}. One thread; {@link #reopen} any thread.
 */
final class RollingFile implements LineSink {
  private static final ByteBuffer NEW_LINE = ByteBuffer.wrap(new byte[] {'\n'}).asReadOnlyBuffer();

  private final Path file;
  private final RollPolicy policy;
  private final int keep;
  private final InstantSource clock;
  private final ZoneId zone;
  private final String prefix;
  private final String suffix;
  private volatile boolean hungUp;

  private FileChannel channel;
  private long length;
  private ZonedDateTime opened;

  /** A write that failed has left half a line. */
  private boolean torn;

  /**
   * Opens the file.
   *
   * @param append behind what is there, which is thrown away else
   * @param keep files put aside that are kept; -1 for all
   * @throws IOException when it cannot be written
   */
  RollingFile(
      Path file, RollPolicy policy, boolean append, int keep, InstantSource clock, ZoneId zone)
      throws IOException {
    this.file = file.toAbsolutePath();
    this.policy = policy;
    this.keep = keep;
    this.clock = clock;
    this.zone = zone;
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    this.prefix = dot > 0 ? name.substring(0, dot) : name;
    this.suffix = dot > 0 ? name.substring(dot) : "";
    this.opened = now();
    this.channel = open();
    if (!append) {
      channel.truncate(0);
    }
    this.length = channel.size();
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
  }

  /** The file was moved away: the next line goes into a new one. */
  @Override
  public void reopen() {
    hungUp = policy instanceof RollPolicy.SigHup;
  }

  @Override
  public void write(byte[] lines, int from, int to) throws IOException {
    if (hungUp) {
      hungUp = false;
      openAnew();
    }
    Duration life = policy.life(opened);
    if (life != null && !now().isBefore(opened.plus(life))) {
      roll();
    }
    if (policy instanceof RollPolicy.MaxSize(long most)) {
      int at = from;
      while (at < to) {
        int end = fitting(lines, at, to, most);
        put(lines, at, end);
        at = end;
      }
    } else {
      put(lines, from, to);
    }
  }

  /** The end of as many whole lines as go into the file; rolls when there is room for none. */
  private int fitting(byte[] lines, int from, int to, long most) throws IOException {
    int first = lineEnd(lines, from, to);
    if (length > 0 && length + (first - from) > most) {
      roll();
    }
    int end = first;
    while (end < to) {
      int next = lineEnd(lines, end, to);
      if (length + (next - from) > most) {
        return end;
      }
      end = next;
    }
    return end;
  }

  private static int lineEnd(byte[] lines, int from, int to) {
    int at = from;
    while (at < to && lines[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, to);
  }

  private void put(byte[] lines, int from, int to) throws IOException {
    if (!channel.isOpen()) {
      openAnew();
    }
    long before = length;
    try {
      if (torn) {
        putAll(NEW_LINE.duplicate());
        torn = false;
      }
      putAll(ByteBuffer.wrap(lines, from, to - from));
    } catch (IOException e) {
      torn = torn || length != before;
      throw e;
    }
  }

  private void putAll(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      length += channel.write(bytes);
    }
  }

  private void roll() throws IOException {
    channel.close();
    String mark = DateTimeFormatter.ofPattern(policy.mark(), Locale.ROOT).format(opened);
    moveTo(prefix + "-" + mark);
    openAnew();
    removeOld();
  }

  /** Two files of one second both stay. */
  private void moveTo(String name) throws IOException {
    for (int i = 0; ; i++) {
      try {
        Files.move(file, file.resolveSibling(name + (i == 0 ? "" : "-" + i) + suffix));
        return;
      } catch (FileAlreadyExistsException _) {
        assert i < Integer.MAX_VALUE : name;
      } catch (NoSuchFileException _) { // somebody else moved it
        return;
      }
    }
  }

  private void openAnew() throws IOException {
    channel.close();
    channel = open();
    opened = now();
    length = channel.size();
    torn = false;
  }

  private void removeOld() throws IOException {
    Path folder = file.getParent();
    if (keep < 0 || folder == null) {
      return;
    }
    List<Path> aside;
    try (var all = Files.list(folder)) {
      aside = all.filter(this::isAside).sorted().toList();
    }
    for (Path old : aside.subList(0, Math.max(0, aside.size() - keep))) {
      Files.deleteIfExists(old);
    }
  }

  private boolean isAside(Path other) {
    String name = String.valueOf(other.getFileName());
    return name.startsWith(prefix + "-")
        && name.endsWith(suffix)
        && name.substring(prefix.length() + 1, name.length() - suffix.length())
            .matches("[0-9]{4}([0-9]{4}(-[0-9]+){0,2}|(-[0-9]+)?)");
  }

  private ZonedDateTime now() {
    return clock.instant().atZone(zone);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}

package fairlead.server;

import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Keeps half of the process's file descriptors for connections to backends, Consul, and files. The
 * system gives the lowest number that is free, so a socket's own number tells how many are taken.
 *
 * @param most highest number that a caller's connection may have
 */
record OpenFiles(int most) {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern SOFT_LIMIT =
      Pattern.compile("^Max open files +(\\d+) ", Pattern.MULTILINE);

  /** What the system allows; any number where it does not tell. */
  static OpenFiles ofSystem() {
    try {
      return of(Files.readString(LIMITS));
    } catch (IOException _) {
      return new OpenFiles(Integer.MAX_VALUE); // not Linux
    }
  }

  /** The same, from the text of {@code /proc/self/limits}. */
  static OpenFiles of(String limits) {
    var found = SOFT_LIMIT.matcher(limits);
    return new OpenFiles(
        found.find()
            ? (int) Math.min(Integer.MAX_VALUE, Long.parseLong(found.group(1)) / 2)
            : Integer.MAX_VALUE);
  }

  /** Whether {@code channel} has one that is kept for others. */
  boolean isScarce(Channel channel) {
    return channel instanceof UnixChannel socket && socket.fd().intValue() > most;
  }
}

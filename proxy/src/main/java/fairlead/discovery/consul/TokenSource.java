package fairlead.discovery.consul;

import fairlead.activity.SerialExecutor;
import fairlead.config.Secret;
import fairlead.discovery.NamerConfig.ConsulAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The token to send with the next request. Control executor only. */
@FunctionalInterface
public interface TokenSource {
  /** Tells {@code then} the token, perhaps later, inside the control executor. */
  void token(Consumer<@Nullable Secret> then);

  /** The token of {@code agent}: its file, read before each request, else the fixed one. */
  static TokenSource of(ConsulAgent agent, SerialExecutor control, Executor blocking) {
    Path file = agent.tokenFile();
    return file == null
        ? then -> then.accept(agent.token())
        : new OfFile(file, agent.token(), control, blocking);
  }

  /** Read anew for each request, so that a rotated token counts at once; small, and cached. */
  final class OfFile implements TokenSource {
    private static final Logger LOG = LoggerFactory.getLogger(TokenSource.class);

    private final Path file;
    private final SerialExecutor control;
    private final Executor blocking;
    private @Nullable Secret last;
    private boolean complained;

    OfFile(Path file, @Nullable Secret fallback, SerialExecutor control, Executor blocking) {
      this.file = file;
      this.last = fallback;
      this.control = control;
      this.blocking = blocking;
    }

    @Override
    public void token(Consumer<@Nullable Secret> then) {
      blocking.execute(
          () -> {
            var read = read();
            control.execute(() -> then.accept(keep(read)));
          });
    }

    private @Nullable Secret read() {
      try {
        String text = Files.readString(file).strip();
        return isHeaderSafe(text) ? new Secret(text) : null;
      } catch (IOException unreadable) {
        return null;
      }
    }

    private static boolean isHeaderSafe(String text) {
      return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private @Nullable Secret keep(@Nullable Secret read) {
      if (read != null) {
        last = read;
        complained = false;
      } else if (!complained) {
        complained = true;
        LOG.warn(
            "Consul token file {} holds no token or cannot be read; the last one is kept", file);
      }
      return last;
    }
  }
}

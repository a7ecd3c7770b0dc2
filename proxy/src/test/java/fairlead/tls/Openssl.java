package fairlead.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The openssl command, which makes files and is a peer that we did not write. */
public final class Openssl {
  private Openssl() {}

  /** Whether it is installed. */
  public static boolean isThere() {
    try {
      return new ProcessBuilder("openssl", "version").start().waitFor() == 0;
    } catch (IOException none) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What {@code openssl ARGUMENTS} says when {@code input} is typed into it. */
  public static String run(String input, String... arguments) {
    var command = new ArrayList<String>();
    command.add("openssl");
    command.addAll(List.of(arguments));
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException ended) {
        // It had seen enough.
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return said;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The same, which must succeed without being told anything. */
  public static void make(String... arguments) {
    String said = run("", arguments);
    assertThat(said).as("openssl %s", List.of(arguments)).doesNotContain("rror");
  }
}

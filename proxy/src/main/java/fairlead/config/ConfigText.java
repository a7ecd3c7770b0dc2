package fairlead.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration as it was found: its name for messages, and its bytes. Immutable. */
public final class ConfigText {
  /** The variable that may hold the configuration itself. */
  public static final String VARIABLE = "FAIRLEAD_CONFIG";

  /** Far more than any configuration, far less than memory. */
  private static final long MAX_BYTES = 16 << 20;

  private final String file;
  private final byte[] bytes;

  private ConfigText(String file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /**
   * As the operator named it; {@code (stdin)} or {@code $FAIRLEAD_CONFIG} where there is no file.
   */
  public String file() {
    return file;
  }

  /** Whether it is this text. */
  public boolean is(String text) {
    return Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A text at hand. */
  public static ConfigText of(String file, String text) {
    return new ConfigText(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads what the command line names: a file, {@code -} for standard input, or with null the text
   * in {@code $FAIRLEAD_CONFIG}. Blocks.
   *
   * @throws IOException with a message for the operator
   */
  public static ConfigText open(
      @Nullable String argument, Map<String, String> environment, InputStream standardInput)
      throws IOException {
    if (argument == null) {
      String text = environment.get(VARIABLE);
      if (text == null || text.isBlank()) {
        throw new IOException(
            "no configuration; name a file, write - for standard input, or set $" + VARIABLE);
      }
      return of("$" + VARIABLE, text);
    }
    if (argument.equals("-")) {
      return new ConfigText("(stdin)", standardInput.readAllBytes());
    }
    return new ConfigText(argument, read(argument));
  }

  private static byte[] read(String argument) throws IOException {
    try {
      Path path = Path.of(argument);
      if (Files.isDirectory(path)) {
        throw new IOException(argument + ": a directory; name a file in it");
      }
      if (!Files.exists(path)) {
        throw new IOException(argument + ": no such file; name an existing configuration file");
      }
      if (!Files.isRegularFile(path)) {
        throw new IOException(
            argument + ": not a regular file; write - and feed it to standard input");
      }
      if (Files.size(path) > MAX_BYTES) {
        throw new IOException(
            argument + ": larger than " + (MAX_BYTES >> 20) + " MiB; name a configuration file");
      }
      return Files.readAllBytes(path);
    } catch (AccessDeniedException _) {
      throw new IOException(
          argument + ": may not be read by this user; let user " + user() + " read it");
    } catch (InvalidPathException bad) {
      throw new IOException(argument + ": not a file name: " + bad.getReason(), bad);
    }
  }

  private static String user() {
    return System.getProperty("user.name", "of this process");
  }

  /** The text, without a byte order mark. Tells a fault and returns null when it is not UTF-8. */
  @Nullable String decode(Problems problems) {
    ByteBuffer input = ByteBuffer.wrap(bytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(input).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException _) {
      problems.add(placeOf(validBytes()), "", "not UTF-8; save the file in UTF-8");
      return null;
    }
  }

  /** How many bytes at the start are well-formed. */
  private int validBytes() {
    ByteBuffer input = ByteBuffer.wrap(bytes);
    var output = java.nio.CharBuffer.allocate(bytes.length);
    StandardCharsets.UTF_8.newDecoder().decode(input, output, true);
    return input.position();
  }

  private Position placeOf(int end) {
    String before = new String(bytes, 0, end, StandardCharsets.UTF_8);
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    int column = before.codePointCount(before.lastIndexOf('\n') + 1, before.length()) + 1;
    return new Position(file, line, column);
  }
}

package fairlead.discovery.fs;

/** What a watched file holds. */
public sealed interface TextFile {
  /** There is no such file, or it is a directory. */
  record Missing() implements TextFile {}

  /** Its content, read as UTF-8. */
  record Text(String text) implements TextFile {}
}

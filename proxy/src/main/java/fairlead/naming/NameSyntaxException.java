package fairlead.naming;

/**
 * A path, name tree or dtab that does not follow its grammar. The message is fit for an operator:
 * it shows the whole text with the offending character in brackets ({@code spec/routing.md} §1).
 */
public final class NameSyntaxException extends IllegalArgumentException {
  private final int offset;

  NameSyntaxException(String expected, String text, int offset) {
    super(
        offset < text.length()
            ? "%s expected but '%s' found at '%s[%s]%s'"
                .formatted(
                    expected,
                    text.charAt(offset),
                    text.substring(0, offset),
                    text.charAt(offset),
                    text.substring(offset + 1))
            : "%s expected but end of input found at '%s[]'".formatted(expected, text));
    this.offset = offset;
  }

  /** Where in the text the offending character stands; the text's length when it ended early. */
  public int offset() {
    return offset;
  }
}

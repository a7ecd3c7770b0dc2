package fairlead.admin;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Something that may be wrong with a process that runs ({@code /admin/lint}).
 *
 * @param category what it is about, one word
 * @param id short, of words joined by {@code -}
 * @param description what is looked at, and why it matters
 */
public record LintRule(String category, String id, String description, Check check) {
  /** Looks at it now. */
  @FunctionalInterface
  public interface Check {
    /** What is wrong and how to mend it, a sentence each; empty for nothing. Does not block. */
    CompletionStage<List<String>> issues();
  }
}

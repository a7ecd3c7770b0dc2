package fairlead.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Explains what a path becomes ({@code spec/admin.md} §5). */
@FunctionalInterface
public interface Delegator {
  /**
   * Called on the admin thread, which must not wait.
   *
   * @param router whose interpreter explains; null for the configured namers alone
   * @param dtab the whole dtab, as sent by the caller
   */
  CompletionStage<Explanation> explain(@Nullable String router, String dtab, String path);

  /** What came of it. */
  sealed interface Explanation {
    /** The delegation tree. */
    record Tree(JsonNode root) implements Explanation {}

    /** The dtab does not parse; the parser's text. */
    record BadDtab(String reason) implements Explanation {}

    /** The path does not parse; the parser's text. */
    record BadPath(String reason) implements Explanation {}

    /** No such router, or its interpreter cannot say. */
    record CannotExplain() implements Explanation {}
  }
}

package fairlead.config;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists and near misses for messages. */
public final class Words {
  private Words() {}

  /** {@code a, b or c}. */
  public static String list(Collection<String> words) {
    List<String> all = List.copyOf(words);
    if (all.size() < 2) {
      return String.join("", all);
    }
    return String.join(", ", all.subList(0, all.size() - 1)) + " or " + all.getLast();
  }

  /** The candidate that {@code word} most likely is a slip of, or null when none is near. */
  public static @Nullable String nearest(String word, Collection<String> candidates) {
    String best = null;
    int least = Math.max(2, word.length() / 3) + 1;
    for (String candidate : candidates) {
      int distance = distance(word.toLowerCase(java.util.Locale.ROOT), candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /** Insertions, removals and replacements between the two, case apart. */
  private static int distance(String word, String candidate) {
    String other = candidate.toLowerCase(java.util.Locale.ROOT);
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= word.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (word.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}

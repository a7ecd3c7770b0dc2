package fairlead.launcher;

import fairlead.config.Setting;
import fairlead.config.Setting.Entry;
import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keys of Linkerd that are read, as old files have them, and change nothing here (fault 40). */
final class NoEffect {
  private static final Map<String, String> WHY =
      Map.of(
          "usage", "nothing is reported to anybody",
          "fixedLengthStreamedAfterKB", "answers of Consul are read whole");

  private NoEffect() {}

  /** A line for each of them in {@code tree}, in the order written. */
  static List<String> in(Mapping tree) {
    var notes = new ArrayList<String>();
    collect(tree, notes);
    return notes;
  }

  private static void collect(Setting setting, List<String> notes) {
    switch (setting) {
      case Mapping mapping -> {
        for (Entry entry : mapping.entries()) {
          String why = WHY.get(entry.key());
          if (why == null) {
            collect(entry.value(), notes);
          } else {
            notes.add(entry.at() + ": '" + entry.key() + "' has no effect: " + why + "; remove it");
          }
        }
      }
      case Sequence sequence -> sequence.items().forEach(item -> collect(item, notes));
      case Setting.Scalar _, Setting.Nothing _, Setting.Faulty _ -> {}
    }
  }
}

package fairlead.launcher;

import fairlead.discovery.Namer;
import fairlead.interpreter.Delegation;
import fairlead.naming.NameSyntaxException;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What namers say of when they learned what they know, of every name in a delegation. Control
 * executor only.
 */
final class Ages {
  private Ages() {}

  /** One line a name that a namer was asked for. */
  static List<String> of(Delegation tree, Map<Path, Namer> namers) {
    var asked = new LinkedHashSet<Path>();
    collect(tree, asked);
    var lines = new ArrayList<String>();
    namers.forEach(
        (prefix, namer) -> {
          Map<String, Object> state = namer.adminState();
          asked.stream()
              .filter(path -> path.startsWith(prefix))
              .map(path -> path.drop(prefix.size()))
              .forEach(name -> add(prefix, name, state, lines));
        });
    return lines.stream().distinct().toList();
  }

  private static void add(Path prefix, Path name, Map<String, Object> namer, List<String> lines) {
    String key = name.show();
    for (var entry : namer.entrySet()) {
      boolean same = entry.getKey().equals(key) || entry.getKey().startsWith(key + "/");
      if (same && entry.getValue() instanceof Map<?, ?> known) {
        lines.add(prefix.show() + entry.getKey() + ": " + line(known));
        return;
      }
    }
    if (namer.get("state") instanceof Map<?, ?> state && state.get("lastUpdatedAt") != null) {
      lines.add(prefix.show() + ": files last read " + state.get("lastUpdatedAt"));
    }
  }

  /** Of one watched name: {@code spec/admin.md} §7. */
  private static String line(Map<?, ?> known) {
    var text = new StringBuilder();
    if (known.get("state") instanceof Map<?, ?> state) {
      Object updated = state.get("lastUpdatedAt");
      text.append(updated == null ? "not heard of yet" : "last changed " + updated);
      if (state.get("lastGoodAt") != null) {
        text.append(", last good ").append(state.get("lastGoodAt"));
      }
      if (state.get("ageMs") instanceof Number age && age.longValue() > 0) {
        text.append(", not confirmed for ").append(age.longValue()).append(" ms");
      }
      if (Boolean.TRUE.equals(state.get("held"))) {
        text.append(", a sudden loss of endpoints is being held");
      }
    }
    if (known.get("poll") instanceof Map<?, ?> poll) {
      if (poll.get("request") instanceof String request) {
        text.append("; asked ").append(request);
        text.append(request.contains("passing=true") ? " (without what fails its checks)" : "");
      }
      if (poll.get("error") != null) {
        text.append("; failed: ").append(poll.get("error"));
      }
    }
    return text.toString();
  }

  /** What follows {@code /#} in every name that was looked up. */
  private static void collect(Delegation tree, Set<Path> asked) {
    switch (tree) {
      case Delegation.Delegate(var _, var _, var next) -> collect(next, asked);
      case Delegation.Alt(var _, var _, var branches) ->
          branches.forEach(branch -> collect(branch.tree(), asked));
      case Delegation.Union(var _, var _, var shares) ->
          shares.forEach(share -> collect(share.tree(), asked));
      case Delegation.Leaf leaf -> add(leaf.bound().id(), asked);
      case Delegation.Transformation(var _, var _, var before, var next) -> {
        if (before != null) {
          add(before.bound().id(), asked);
        }
        collect(next, asked);
      }
      case Delegation.Failed(var path, var _, var _) -> add(path, asked);
      case Delegation.Pending(var path, var _) -> add(path, asked);
      case Delegation.Neg(var path, var _, var _) -> add(path, asked);
      case Delegation.Fail _, Delegation.Empty _ -> {}
    }
  }

  private static void add(String path, Set<Path> asked) {
    if (path.startsWith("/#/")) {
      try {
        add(Paths.parse(path), asked);
      } catch (NameSyntaxException _) {
        return; // shown, not written to be parsed
      }
    }
  }

  private static void add(Path id, Set<Path> asked) {
    int start = id.elements().lastIndexOf("#");
    if (start >= 0) {
      asked.add(id.drop(start + 1));
    }
  }
}

package fairlead.interpreter;

import fairlead.interpreter.Delegation.Branch;
import fairlead.interpreter.Delegation.Fate;
import java.util.ArrayList;
import java.util.List;

/** What routing makes of each alternative ({@code spec/routing.md} §4.3). */
final class Fates {
  private Fates() {}

  /** How a tree ends, as far as the choice between alternatives goes. */
  private enum End {
    NEG,
    FAIL,
    EMPTY,
    BOUND,
    /** Pending or failed: the whole Alt is. */
    UNKNOWN
  }

  static List<Branch> of(List<Delegation> trees) {
    var branches = new ArrayList<Branch>();
    Fate next = Fate.USED;
    for (Delegation tree : trees) {
      if (next != Fate.USED) {
        branches.add(new Branch(tree, next));
        continue;
      }
      End end = end(tree);
      branches.add(new Branch(tree, end == End.NEG ? Fate.NEGATIVE : Fate.USED));
      next =
          switch (end) {
            case NEG -> Fate.USED;
            case BOUND -> Fate.SPARE;
            case FAIL, EMPTY, UNKNOWN -> Fate.CUT_OFF;
          };
    }
    return branches;
  }

  private static End end(Delegation tree) {
    return switch (tree) {
      case Delegation.Delegate(var _, var _, var inner) -> end(inner);
      case Delegation.Transformation(var _, var _, var _, var inner) -> end(inner);
      case Delegation.Alt(var _, var _, var branches) ->
          branches.stream()
              .filter(branch -> branch.fate() == Fate.USED)
              .map(branch -> end(branch.tree()))
              .findFirst()
              .orElse(End.NEG);
      case Delegation.Union(var _, var _, var shares) ->
          end(shares.stream().map(share -> end(share.tree())).toList());
      case Delegation.Leaf _ -> End.BOUND;
      case Delegation.Neg _ -> End.NEG;
      case Delegation.Fail _ -> End.FAIL;
      case Delegation.Empty _ -> End.EMPTY;
      case Delegation.Pending _, Delegation.Failed _ -> End.UNKNOWN;
    };
  }

  /** Of a union: unknown branches are left out, negative and failed ones drop out. */
  private static End end(List<End> shares) {
    if (shares.size() == 1) {
      return shares.getFirst();
    }
    if (!shares.isEmpty() && shares.stream().allMatch(end -> end == End.UNKNOWN)) {
      return End.UNKNOWN;
    }
    if (shares.contains(End.BOUND)) {
      return End.BOUND;
    }
    return shares.contains(End.EMPTY) ? End.EMPTY : End.NEG;
  }
}

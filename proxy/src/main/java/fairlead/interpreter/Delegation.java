package fairlead.interpreter;

import fairlead.activity.State;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Dentry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a name was bound, step by step ({@code spec/admin.md} §5). Each node shows the path it is
 * about ({@code ~}, {@code !} and {@code $} stand for themselves) and the rule that led to it; none
 * at the root and where a namer led to it. Immutable.
 */
public sealed interface Delegation {
  /** As shown. */
  String path();

  /** The rule that led here. */
  @Nullable Dentry dentry();

  /** One rule, or a namer that rewrites, applied. */
  record Delegate(String path, @Nullable Dentry dentry, Delegation tree) implements Delegation {}

  /** Alternatives, the first to be tried first. */
  record Alt(String path, @Nullable Dentry dentry, List<Branch> branches) implements Delegation {
    public Alt {
      branches = List.copyOf(branches);
    }
  }

  /** One alternative and what routing makes of it. */
  record Branch(Delegation tree, Fate fate) {}

  /** What routing makes of an alternative. */
  enum Fate {
    /** Tried, and negative: the next one was tried. */
    NEGATIVE,
    /** The one that decides, well or badly. */
    USED,
    /** Would be tried if the one before it became negative. */
    SPARE,
    /** Never tried: what stands before it ends the search. */
    CUT_OFF
  }

  /** Traffic split in proportion to the weights. */
  record Union(String path, @Nullable Dentry dentry, List<Share> shares) implements Delegation {
    public Union {
      shares = List.copyOf(shares);
    }
  }

  /** One branch of a {@link Union}. */
  record Share(double weight, Delegation tree) {}

  /** Bound; {@code addr} is the set as it is now. */
  record Leaf(String path, @Nullable Dentry dentry, Bound bound, State<Addr> addr)
      implements Delegation {}

  /**
   * A transformer put {@code tree} in the place of {@code before}.
   *
   * @param name the transformer's kind
   * @param before null when it takes the place of everything
   */
  record Transformation(String path, String name, @Nullable Leaf before, Delegation tree)
      implements Delegation {
    @Override
    public @Nullable Dentry dentry() {
      return null;
    }
  }

  /** A namer failed, or there were too many steps. */
  record Failed(String path, @Nullable Dentry dentry, String reason) implements Delegation {}

  /** A namer does not know yet. */
  record Pending(String path, @Nullable Dentry dentry) implements Delegation {}

  /** No such name. */
  record Neg(String path, @Nullable Dentry dentry, String doubt) implements Delegation {
    public Neg(String path, @Nullable Dentry dentry) {
      this(path, dentry, "");
    }
  }

  /** The search ends here without a result. */
  record Fail(String path, @Nullable Dentry dentry) implements Delegation {}

  /** The name exists and has nobody behind it. */
  record Empty(String path, @Nullable Dentry dentry) implements Delegation {}

  /** Whether nothing in this tree is still unknown. */
  default boolean settled() {
    return switch (this) {
      case Delegate(var _, var _, var tree) -> tree.settled();
      case Transformation(var _, var _, var _, var tree) -> tree.settled();
      case Alt(var _, var _, var branches) -> branches.stream().allMatch(b -> b.tree().settled());
      case Union(var _, var _, var shares) -> shares.stream().allMatch(s -> s.tree().settled());
      case Leaf(var _, var _, var _, var addr) -> !(addr instanceof State.Pending<Addr>);
      case Pending _ -> false;
      case Failed _, Neg _, Fail _, Empty _ -> true;
    };
  }
}

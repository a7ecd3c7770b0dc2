package fairlead.naming;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What a name may stand for ({@code spec/routing.md} §2). Immutable. */
public sealed interface NameTree<T> {
  /** A path to look up, or what a name is bound to. */
  record Leaf<T>(T value) implements NameTree<T> {}

  /** Fail-over: the first tree that is not {@link Neg}. */
  record Alt<T>(List<NameTree<T>> trees) implements NameTree<T> {
    public Alt {
      trees = List.copyOf(trees);
    }
  }

  /** Traffic split in proportion to the weights. */
  record Union<T>(List<Weighted<T>> trees) implements NameTree<T> {
    public Union {
      trees = List.copyOf(trees);
    }
  }

  /** One branch of a {@link Union}; the weight is at least 0. */
  record Weighted<T>(double weight, NameTree<T> tree) {}

  /**
   * No such name: try the next.
   *
   * @param doubt why that is a guess: its source could not be asked, and why not; empty when it is
   *     certain
   */
  record Neg<T>(String doubt) implements NameTree<T> {
    public Neg() {
      this("");
    }
  }

  /** Stop: no further alternatives. */
  record Fail<T>() implements NameTree<T> {}

  /** The name exists and has nobody behind it: stop. */
  record Empty<T>() implements NameTree<T> {}

  /** This tree with every leaf changed by {@code f}. */
  default <U> NameTree<U> map(Function<? super T, ? extends U> f) {
    return switch (this) {
      case Leaf<T>(var value) -> new Leaf<>(f.apply(value));
      case Alt<T>(var trees) -> new Alt<>(trees.stream().map(t -> t.<U>map(f)).toList());
      case Union<T>(var trees) ->
          new Union<>(
              trees.stream().map(w -> new Weighted<U>(w.weight(), w.tree().map(f))).toList());
      case Neg<T>(var doubt) -> new Neg<>(doubt);
      case Fail<T> _ -> new Fail<>();
      case Empty<T> _ -> new Empty<>();
    };
  }

  /**
   * This tree without the branches that can never be chosen: an {@link Alt} loses what is negative
   * and what follows a {@link Fail}, a {@link Union} what is negative or failed; one branch left
   * stands for the whole (its weight is lost), none is {@link Neg}, in doubt if one of them is.
   */
  default NameTree<T> simplified() {
    return switch (this) {
      case Alt<T>(var trees) -> simplifiedAlt(trees);
      case Union<T>(var trees) -> simplifiedUnion(trees);
      case Leaf<T> _, Neg<T> _, Fail<T> _, Empty<T> _ -> this;
    };
  }

  private static <T> NameTree<T> simplifiedAlt(List<NameTree<T>> trees) {
    var kept = new ArrayList<NameTree<T>>();
    String doubt = "";
    for (NameTree<T> tree : trees) {
      NameTree<T> simple = tree.simplified();
      if (simple instanceof Neg<T>(var why)) {
        doubt = doubt.isEmpty() ? why : doubt;
      } else {
        kept.add(simple);
      }
      if (simple instanceof Fail<T>) {
        break;
      }
    }
    return switch (kept.size()) {
      case 0 -> new Neg<>(doubt);
      case 1 -> kept.getFirst();
      default -> new Alt<>(kept);
    };
  }

  private static <T> NameTree<T> simplifiedUnion(List<Weighted<T>> trees) {
    var kept = new ArrayList<Weighted<T>>();
    String doubt = "";
    for (Weighted<T> branch : trees) {
      NameTree<T> simple = branch.tree().simplified();
      if (simple instanceof Neg<T>(var why)) {
        doubt = doubt.isEmpty() ? why : doubt;
      } else if (!(simple instanceof Fail<T>)) {
        kept.add(new Weighted<>(branch.weight(), simple));
      }
    }
    return switch (kept.size()) {
      case 0 -> new Neg<>(doubt);
      case 1 -> kept.getFirst().tree();
      default -> new Union<>(kept);
    };
  }
}

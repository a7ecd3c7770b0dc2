package fairlead.activity;

import java.util.function.Function;

/** What is known of a value right now ({@code spec/routing.md} §4.1). Immutable. */
public sealed interface State<T> {
  /** Nothing is known yet. */
  record Pending<T>() implements State<T> {}

  /** The value. */
  record Ok<T>(T value) implements State<T> {}

  /** The value could not be had, and why: one line, fit for a log and for an error response. */
  record Failed<T>(String reason) implements State<T> {}

  /** This state with its value changed by {@code f}. */
  default <U> State<U> map(Function<? super T, ? extends U> f) {
    return switch (this) {
      case Pending<T> _ -> new Pending<>();
      case Ok<T>(var value) -> new Ok<>(f.apply(value));
      case Failed<T>(var reason) -> new Failed<>(reason);
    };
  }
}

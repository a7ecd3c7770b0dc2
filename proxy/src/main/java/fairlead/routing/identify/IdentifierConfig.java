package fairlead.routing.identify;

import fairlead.naming.Path;
import org.jspecify.annotations.Nullable;

/** A configured http identifier: one record a kind ({@code spec/routing.md} §8.1). Immutable. */
public sealed interface IdentifierConfig {
  /** {@code io.l5d.header.token}: one element, the value of a header. */
  record HeaderToken(String header) implements IdentifierConfig {}

  /** {@code io.l5d.header.token} of h2: of a header, or of {@code :authority}. */
  record H2HeaderToken(String header) implements IdentifierConfig {}

  /**
   * {@code io.l5d.header.path} of h2: the path in a header, or in {@code :path}.
   *
   * @param segments so many of it, and no fewer; null for all
   */
  record H2HeaderPath(String header, @Nullable Integer segments) implements IdentifierConfig {}

  /** {@code io.l5d.header}: the path that a header holds. */
  record Header(String header) implements IdentifierConfig {}

  /** {@code io.l5d.methodAndHost}. */
  record MethodAndHost(boolean httpUriInDst) implements IdentifierConfig {}

  /**
   * {@code io.l5d.path}: the first segments of the request's path, which are taken off when
   * consumed.
   */
  record UriPath(int segments, boolean consume) implements IdentifierConfig {}

  /** {@code io.l5d.static}: always this. */
  record Static(Path path) implements IdentifierConfig {}
}

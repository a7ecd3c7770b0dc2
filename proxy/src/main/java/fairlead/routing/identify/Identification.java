package fairlead.routing.identify;

import fairlead.naming.Path;

/** What an {@link Identifier} made of a request. */
public sealed interface Identification {
  /** The logical name, prefix and all. */
  record Identified(Path name) implements Identification {}

  /** Not for this identifier: ask the next one. After the last one the answer is 400. */
  record Unidentified(String reason) implements Identification {}

  /** The request is at fault: ask no other, answer 400 ({@code spec/routing.md} §7.3). */
  record Invalid(String reason) implements Identification {}
}

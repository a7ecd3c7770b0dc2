package fairlead.discovery;

import fairlead.naming.Path;
import java.net.InetAddress;

/** A configured transformer: one record a kind ({@code spec/routing.md} §10). Immutable. */
public sealed interface TransformerConfig {
  /** What follows {@code /%} in the ids that this transformer makes. */
  Path prefix();

  /** {@code io.l5d.localhost}: only endpoints on an address of this machine (or container). */
  record Localhost(Path prefix) implements TransformerConfig {}

  /** {@code io.l5d.specificHost}: only endpoints on this address. */
  record SpecificHost(Path prefix, InetAddress host) implements TransformerConfig {}

  /**
   * {@code io.l5d.port}: every endpoint on this port.
   *
   * @param directWhenDown whether the endpoints themselves are a reserve for the time when nobody
   *     answers on that port
   */
  record Port(Path prefix, int port, boolean directWhenDown) implements TransformerConfig {}

  /** {@code io.l5d.replace}: this name's endpoints in place of whatever was bound. */
  record Replace(Path prefix, Path path) implements TransformerConfig {}

  /** {@code io.l5d.const}: this name's endpoints, whether anything was bound or not. */
  record Const(Path prefix, Path path) implements TransformerConfig {}
}

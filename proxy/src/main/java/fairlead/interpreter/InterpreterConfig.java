package fairlead.interpreter;

import fairlead.discovery.NamerConfig.Consistency;
import fairlead.discovery.NamerConfig.ConsulAgent;
import fairlead.discovery.TransformerConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A configured interpreter: one record a kind ({@code spec/routing.md} §9). Immutable. */
public sealed interface InterpreterConfig {
  /** In the order listed: the first is applied first. */
  List<TransformerConfig> transformers();

  /** {@code default}: the router's dtab over the configured namers. */
  record Default(List<TransformerConfig> transformers) implements InterpreterConfig {}

  /** {@code io.l5d.fs}: rules from a watched file in front (§9.2). */
  record Fs(List<TransformerConfig> transformers, java.nio.file.Path dtabFile)
      implements InterpreterConfig {}

  /** {@code io.l5d.consul.interpreter}: rules from Consul's KV store in front (§9.3). */
  record Consul(
      List<TransformerConfig> transformers,
      ConsulAgent agent,
      String pathPrefix,
      String namespace,
      @Nullable String datacenter,
      Consistency readConsistency)
      implements InterpreterConfig {}
}

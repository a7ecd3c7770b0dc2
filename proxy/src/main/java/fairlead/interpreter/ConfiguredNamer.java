package fairlead.interpreter;

import fairlead.discovery.Namer;
import fairlead.discovery.TransformerConfig;
import fairlead.naming.Path;
import java.util.List;

/**
 * A namer and where it answers.
 *
 * @param prefix what follows {@code /#}
 * @param transformers of this namer, the first applied first
 */
public record ConfiguredNamer(Path prefix, List<TransformerConfig> transformers, Namer namer) {
  public ConfiguredNamer {
    transformers = List.copyOf(transformers);
  }

  public ConfiguredNamer(Path prefix, Namer namer) {
    this(prefix, List.of(), namer);
  }

  /** {@code /#} and the prefix: what the ids of this namer begin with. */
  public Path fullPrefix() {
    return Path.of("#").concat(prefix);
  }
}

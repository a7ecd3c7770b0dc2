package fairlead.telemetry.trace;

import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.telemetry.trace.Propagation.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code tracePropagator} ({@code spec/config.md} §11, and kinds of ours). */
public final class PropagationReader {
  private static final Map<String, Format> FORMATS =
      Map.of("l5d", Format.L5D, "b3", Format.B3, "b3single", Format.B3_SINGLE, "w3c", Format.W3C);

  private static final Kinds<Propagation> KINDS =
      Kinds.<Propagation>of("trace propagator")
          .built("io.l5d.default", _ -> Propagation.DEFAULT)
          .built("io.l5d.zipkin", _ -> Propagation.ZIPKIN)
          .built("io.l5d.w3c", _ -> Propagation.W3C)
          .built("io.l5d.mixed", PropagationReader::mixed);

  private PropagationReader() {}

  /** What {@code block} says; {@code io.l5d.default} when it is not there, or faulty. */
  public static Propagation read(@Nullable Block block) {
    Propagation said = block == null ? null : KINDS.read(block);
    return said == null ? Propagation.DEFAULT : said;
  }

  private static Propagation mixed(Block block) {
    return new Propagation(
        formats(block, "read", Propagation.ALL),
        formats(block, "write", List.of(Format.L5D, Format.B3, Format.W3C)),
        false);
  }

  private static List<Format> formats(Block block, String key, List<Format> usual) {
    var formats = new ArrayList<Format>();
    for (Block.Item item : block.list(key)) {
      formats.add(item.in().word(item.key(), "format of trace headers", FORMATS, Format.L5D));
    }
    if (block.isEmptyList(key)) {
      block.fault(key, "the list is empty; write at least one format, or no key");
    }
    return formats.isEmpty() ? usual : Propagation.once(formats);
  }
}

package fairlead.config;

import org.jspecify.annotations.Nullable;

/**
 * Endpoint settings of HTTP/2 servers and clients ({@code spec/config.md} §12); null where nothing
 * is said. Immutable.
 *
 * @param windowRatio a window is opened again when less than this part of it is left
 */
public record H2Keys(
    @Nullable Integer streamWindow,
    @Nullable Integer headerTable,
    @Nullable Integer frame,
    @Nullable Integer headerList,
    @Nullable Double windowRatio) {
  /** What {@code block} says. */
  public static H2Keys read(Block block) {
    Double ratio = null;
    if (block.has("windowUpdateRatio")) {
      double number = block.number("windowUpdateRatio", 0.99, 0, 1);
      if (number <= 0 || number >= 1) {
        block.fault(
            "windowUpdateRatio", number + " is out of range; use a number above 0 and below 1");
      }
      ratio = number;
    }
    return new H2Keys(
        block.integer("initialStreamWindowBytes", 0, Integer.MAX_VALUE),
        block.integer("headerTableBytes", 0, Integer.MAX_VALUE),
        block.integer("maxFrameBytes", 16384, 16777215),
        block.integer("maxHeaderListBytes", 0, Integer.MAX_VALUE),
        ratio);
  }

  /** This, but for what {@code later} says. */
  public H2Keys overriddenBy(H2Keys later) {
    return new H2Keys(
        later.streamWindow == null ? streamWindow : later.streamWindow,
        later.headerTable == null ? headerTable : later.headerTable,
        later.frame == null ? frame : later.frame,
        later.headerList == null ? headerList : later.headerList,
        later.windowRatio == null ? windowRatio : later.windowRatio);
  }
}

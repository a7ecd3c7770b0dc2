package fairlead.config;

/** Endpoint settings of h2 servers and clients ({@code spec/config.md} §12): checked only. */
public final class H2Keys {
  private H2Keys() {}

  /** Asks for each of them. */
  public static void check(Block block) {
    block.integer("initialStreamWindowBytes", 0, Integer.MAX_VALUE);
    block.integer("headerTableBytes", 0, Integer.MAX_VALUE);
    block.integer("maxFrameBytes", 16384, 16777215);
    block.integer("maxHeaderListBytes", 0, Integer.MAX_VALUE);
    double ratio = block.number("windowUpdateRatio", 0.99, 0, 1);
    if (ratio <= 0 || ratio >= 1) {
      block.fault(
          "windowUpdateRatio", ratio + " is out of range; use a number above 0 and below 1");
    }
  }
}

package fairlead.http1.fuzz;

import fairlead.wire.HeadLimits;

/**
 * Limits as the oracle knows them.
 *
 * @param line bytes of the start line
 * @param headers bytes of all field lines of a head or of a trailer section
 * @param fields lines of a head or of a trailer section
 * @param obsText whether values may hold bytes above 0x7f
 */
record Bounds(int line, int headers, int fields, boolean obsText) {
  static final Bounds USUAL = new Bounds(4096, 8192, 100, true);

  /** So low that short messages meet them. */
  static final Bounds TIGHT = new Bounds(60, 180, 7, true);

  static final Bounds ASCII_ONLY = new Bounds(200, 400, 12, false);

  HeadLimits forTheCodec() {
    return new HeadLimits(line, headers, fields, obsText);
  }
}

package fairlead.telemetry;

/**
 * A page that tells of metrics in the order in which they are met.
 *
 * @param <P> what a page knows of where the walk is
 */
abstract class WalkingPage<P> extends PlacedVisitor<P> implements PagePieces {
  private final MetricsWalk walk;
  private PageBytes text = new PageBytes();
  private boolean over;

  WalkingPage(MetricsWalk walk, P root) {
    super(root);
    this.walk = walk;
  }

  /** To be appended to. */
  final PageBytes text() {
    return text;
  }

  /** A piece ends: all that was met is to be in {@link #text}. */
  void flush() {}

  /** The page ends. */
  void end() {}

  @Override
  public final PageBytes next() {
    while (!over && text.length() < SIZE) {
      if (!walk.step(this)) {
        over = true;
        leave();
        end();
      }
    }
    flush();
    var piece = text;
    text = new PageBytes();
    return piece;
  }

  @Override
  public final boolean isOver() {
    return over;
  }
}

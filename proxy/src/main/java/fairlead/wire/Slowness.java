package fairlead.wire;

/** In what a caller was too slow. */
public enum Slowness {
  /** The head of its request. */
  HEAD,
  /** The body of its request, while we wanted more of it. */
  BODY,
  /** Sending anything at all. */
  READ,
  /** Taking its answer. */
  WRITE
}

package fairlead.config;

/** A text that is never shown: not in logs, faults, dumps or admin pages. */
public record Secret(String value) {
  @Override
  public String toString() {
    return "***";
  }
}

package fairlead.telemetry;

/** A configured telemeter: one record a kind ({@code spec/config.md} §15). Immutable. */
public sealed interface TelemeterConfig {
  /**
   * {@code io.l5d.prometheus}: a page of {@link PrometheusPage} on the admin server.
   *
   * @param path of the page
   * @param prefix of every metric's name
   */
  record Prometheus(String path, String prefix) implements TelemeterConfig {}
}

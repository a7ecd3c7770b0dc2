package fairlead.config;

/**
 * {@code protocol} of a router and the port its servers have by default ({@code spec/config.md}
 * §7).
 */
public enum Protocol {
  HTTP("http", 4140),
  H2("h2", 4142),
  THRIFT("thrift", 4114),
  MUX("mux", 4141),
  THRIFTMUX("thriftmux", 4144);

  private final String word;
  private final int defaultPort;

  Protocol(String word, int defaultPort) {
    this.word = word;
    this.defaultPort = defaultPort;
  }

  /** As written in the configuration. */
  public String word() {
    return word;
  }

  public int defaultPort() {
    return defaultPort;
  }

  /** Whether its calls have paths and headers. */
  public boolean isHttp() {
    return this == HTTP || this == H2;
  }

  /** Whether its calls are of Thrift's. */
  public boolean isThrift() {
    return this == THRIFT || this == THRIFTMUX;
  }
}

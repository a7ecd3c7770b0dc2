package fairlead.discovery;

import fairlead.config.Block;
import fairlead.config.Secret;
import fairlead.config.Setting.Scalar;
import fairlead.discovery.NamerConfig.Consistency;
import fairlead.discovery.NamerConfig.ConsulAgent;
import fairlead.tls.ClientTlsReader;
import java.nio.file.Path;
import java.util.Map;

/** Reads how to reach Consul: keys that its namer and its interpreter share. */
public final class ConsulAgentReader {
  private static final int DEFAULT_PORT = 8500;
  private static final Map<String, Consistency> MODES =
      Map.of(
          "default", Consistency.DEFAULT,
          "stale", Consistency.STALE,
          "consistent", Consistency.CONSISTENT);

  private ConsulAgentReader() {}

  /** The agent; {@code modeKey} is what the consistency is called here. */
  public static ConsulAgent read(Block block, String modeKey) {
    String host = block.text("host", "localhost");
    if (host.isBlank()) {
      block.fault("host", "is empty; write the agent's address or name");
    }
    Path tokenFile = block.file("tokenFile");
    Secret token = block.secret("token");
    if (tokenFile != null && token != null) {
      block.fault(
          "tokenFile",
          "cannot stand beside 'token' at " + block.at("token") + "; keep one of them");
    }
    return new ConsulAgent(
        host,
        block.port("port", DEFAULT_PORT),
        token,
        tokenFile == null ? fileOf(block) : tokenFile,
        consistency(block, modeKey),
        ClientTlsReader.read(block.block("tls")),
        block.flag("failFast", false));
  }

  /** One of the consistency modes under {@code key}. */
  public static Consistency consistency(Block block, String key) {
    return block.word(key, "consistency mode", MODES, Consistency.DEFAULT);
  }

  /** {@code token: ${file:…}} is read again when the file changes, like a {@code tokenFile}. */
  private static java.nio.file.@org.jspecify.annotations.Nullable Path fileOf(Block block) {
    Scalar token = block.scalar("token");
    return token == null || token.wholeFile().isEmpty() ? null : Path.of(token.wholeFile());
  }
}

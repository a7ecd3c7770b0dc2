package fairlead.discovery.inet;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Knows the hosts that a test told it; counts what it was asked. */
public final class ScriptedResolver implements HostResolver {
  private final Map<String, Answer> answers = new HashMap<>();
  private int asked;

  public void found(String host, String... addresses) {
    List<InetAddress> list = Stream.of(addresses).map(InetAddress::ofLiteral).toList();
    answers.put(host, new Answer.Found(list));
  }

  public void unknown(String host) {
    answers.put(host, new Answer.Unknown());
  }

  public void failed(String host, String reason) {
    answers.put(host, new Answer.Failed(reason));
  }

  public int asked() {
    return asked;
  }

  @Override
  public Answer resolve(String host) {
    asked++;
    return answers.getOrDefault(host, new Answer.Unknown());
  }
}

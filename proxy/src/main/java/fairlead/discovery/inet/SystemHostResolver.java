package fairlead.discovery.inet;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.List;
import java.util.stream.Stream;

/** The operating system's resolver; IPv4 preferred. Any thread. */
public final class SystemHostResolver implements HostResolver {
  /**
   * What the system's resolver says when it got no answer, in glibc's and musl's words; the class
   * of the exception is the same as for a host that does not exist.
   */
  private static final List<String> NO_ANSWER =
      List.of("Temporary failure", "Try again", "Non-recoverable failure", "System error");

  /**
   * Keeps the JVM from caching answers, so that changes are seen within our own interval and a
   * server that fails is not taken for a host that does not exist. To be called before the first
   * look-up of the process.
   */
  public static void keepNoAnswers() {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  @Override
  public Answer resolve(String host) {
    try {
      return found(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      String message = String.valueOf(e.getMessage());
      return NO_ANSWER.stream().anyMatch(message::contains)
          ? new Answer.Failed(message)
          : new Answer.Unknown();
    }
  }

  private static Answer found(InetAddress[] addresses) {
    List<InetAddress> v4 =
        Stream.of(addresses).filter(address -> address instanceof Inet4Address).toList();
    return new Answer.Found(v4.isEmpty() ? List.of(addresses) : v4);
  }
}

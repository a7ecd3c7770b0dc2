package fairlead.e2e;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where a program runs: this machine, or one of the hosts of {@link Hosts}. Immutable.
 *
 * @param prefix put before each command
 */
record Place(String name, String address, List<String> prefix) {
  /** This machine; programs bind a loopback address. */
  static Place loopback() {
    return new Place("local", "127.0.0.1", List.of());
  }

  Program start(String program, Map<String, String> environment, List<String> command) {
    List<String> whole = new ArrayList<>(prefix);
    whole.addAll(command);
    return Program.start(program + "@" + name, whole, environment);
  }

  InetSocketAddress at(int port) {
    return new InetSocketAddress(address, port);
  }
}

package fairlead.discovery.fs;

import fairlead.activity.Blocking;
import fairlead.activity.State;
import fairlead.discovery.inet.HostResolver;
import fairlead.naming.Addr;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Reads one endpoint file; hosts are resolved only when its text changes. */
final class EndpointReader implements Look<Addr> {
  private final Path file;
  private final TextReader reader;
  private final HostResolver resolver;
  private State<TextFile> read = new State.Pending<>();
  private State<Addr> parsed = new State.Pending<>();

  EndpointReader(Path file, HostResolver resolver) {
    this.file = file;
    this.reader = new TextReader(file);
    this.resolver = resolver;
  }

  @Override
  public Looked<Addr> look() {
    Looked<TextFile> looked = reader.look();
    if (!looked.state().equals(read)) {
      read = looked.state();
      parsed = parse(read);
    }
    return new Looked<>(parsed, looked.entries());
  }

  @Override
  public boolean isStale(Stats stats) {
    return reader.isStale(stats);
  }

  /** A look runs on a virtual thread; a resolver is native code, and a literal needs none. */
  private HostResolver.Answer resolve(String host) {
    if (NetUtil.isValidIpV4Address(host)) {
      return new HostResolver.Answer.Found(List.of(InetAddress.ofLiteral(host)));
    }
    Looks.mayTakeLong();
    try {
      return Blocking.offCarrier("dns-" + host, () -> resolver.resolve(host));
    } catch (ExecutionException failed) {
      return new HostResolver.Answer.Failed(String.valueOf(failed.getCause()));
    }
  }

  private State<Addr> parse(State<TextFile> state) {
    return switch (state) {
      case State.Ok<TextFile>(TextFile.Text(var text)) ->
          EndpointFile.parse(file.toString(), text, this::resolve);
      case State.Ok<TextFile>(TextFile.Missing _) -> new State.Ok<>(new Addr.Neg());
      case State.Failed<TextFile>(var reason) -> new State.Failed<>(reason);
      case State.Pending<TextFile> _ -> new State.Pending<>();
    };
  }
}

package fairlead.routing;

import fairlead.exchange.Stack;
import fairlead.http.Head;
import fairlead.http1.HeadParser;
import fairlead.naming.Dtab;
import fairlead.naming.Paths;
import fairlead.routing.identify.Identification.Identified;
import fairlead.routing.identify.Identifier;
import fairlead.routing.identify.IdentifierConfig;
import fairlead.routing.identify.Identifiers;
import fairlead.wire.HeadLimits;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * From a request's head to its route, as {@link Router} does it: by the bytes of the Host header,
 * and by the logical name where those are not known. Requests ask for each service in turn.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteBench {
  @Param({"1", "100", "2000", "10000"})
  public int services;

  private final Identifier identifier =
      Identifiers.of(List.of(new IdentifierConfig.HeaderToken("Host")), Paths.parse("/svc"));
  private final HostRoutes byHost = new HostRoutes();
  private final Map<RouteKey, LoopRoute> byName = new HashMap<>();
  private Head[] requests = {};
  private int next;

  @Setup
  public void fill() {
    requests = new Head[services];
    for (int i = 0; i < services; i++) {
      Head head =
          parse("GET /users/42 HTTP/1.1\r\nUser-Agent: bench\r\nHost: service-" + i + "\r\n\r\n");
      requests[i] = head;
      LoopRoute route = route();
      int field = identifier.keyField(head);
      byHost.put(head.array(), head.valueOffset(field), head.valueLength(field), route);
      if (identifier.identify(head) instanceof Identified(var name)) {
        byName.put(new RouteKey(name, Dtab.EMPTY), route);
      }
    }
  }

  @Benchmark
  public @Nullable LoopRoute byHostBytes() {
    Head head = request();
    int field = identifier.keyField(head);
    return byHost.get(head.array(), head.valueOffset(field), head.valueLength(field));
  }

  @Benchmark
  public @Nullable LoopRoute byLogicalName() {
    return identifier.identify(request()) instanceof Identified(var name)
        ? byName.get(new RouteKey(name, Dtab.EMPTY))
        : null;
  }

  private Head request() {
    next = next + 1 < services ? next + 1 : 0;
    return requests[next];
  }

  private static Head parse(String text) {
    var head = new Head();
    HeadParser.ofRequests(HeadLimits.DEFAULT)
        .parse(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII), head);
    return head;
  }

  /** Found, and not followed: it needs no route behind it. */
  @SuppressWarnings("NullAway")
  private static LoopRoute route() {
    return new LoopRoute(null, new Stack(), 0);
  }
}

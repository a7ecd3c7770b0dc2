package fairlead.routing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.activity.Activity;
import fairlead.activity.LoopSerialExecutor;
import fairlead.interpreter.Interpreter;
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.Dtabs;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.routing.Routers.Wanted;
import fairlead.routing.explain.Explaining;
import fairlead.server.HttpListener;
import fairlead.server.MemoryGuard;
import fairlead.server.Transport;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.trace.Tracing;
import fairlead.tls.KeyFiles;
import fairlead.tls.ServerTls;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a change of the routers keeps, makes, hands over and ends, and in which order. */
class RoutersTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final Duration NO_TIME = Duration.ZERO;
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final DefaultEventExecutor executor = new DefaultEventExecutor();
  private final EventLoopGroup loops = Transport.newLoops(1, "test-loop");
  private final LoopSerialExecutor control = new LoopSerialExecutor(executor);
  private final MetricsTree metrics = new MetricsTree();
  private final ScriptedInterpreter names = new ScriptedInterpreter(control);
  private final Routers routers =
      new Routers(control, loops, metrics, Tracing.NONE, MemoryGuard.NONE);
  private final TestBackend backend = TestBackend.answering(OK);

  /** What was made of interpreters and closed, in order. */
  private final Queue<String> log = new ConcurrentLinkedQueue<>();

  /** Those of the same options are equal. */
  private final IdentityHashMap<Rig.Options, RouterConfig> configs = new IdentityHashMap<>();

  private int port;
  private int other;
  private Rig.Options a = new Rig.Options();
  private Rig.Options b = new Rig.Options();

  /** Says when it is closed. */
  private record Told(Interpreter of, String name, Queue<String> log) implements Interpreter {
    @Override
    public Activity<NameTree<Bound>> bind(Dtab dtab, Path path) {
      return of.bind(dtab, path);
    }

    @Override
    public void close() {
      log.add("closed " + name);
    }
  }

  @BeforeEach
  void bindNames() throws IOException {
    names.bind("web", backend.address());
    try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = one.getLocalPort();
      other = two.getLocalPort();
    }
    a = options("a", port);
    b = options("b", other);
  }

  @AfterEach
  void stop() {
    routers.close();
    backend.close();
    executor.submit(() -> {}).syncUninterruptibly(); // the control plane tells the loops yet
    var _ = loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    var _ = executor.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static Rig.Options options(String label, int port) {
    var options = new Rig.Options();
    options.label = label;
    options.port = port;
    return options;
  }

  /** Of these options; its interpreter is told apart by {@code generation}. */
  private Wanted wanted(Rig.Options options, boolean sameNames, int generation) {
    String name = options.label + " " + generation;
    return new Wanted(
        configs.computeIfAbsent(options, Rig.Options::config),
        sameNames,
        () -> {
          log.add("made " + name);
          return new Told(names, name, log);
        },
        Explaining.NONE);
  }

  private void begin(Wanted... wanted) throws IOException {
    routers.prepare(List.of(wanted)).commit(NO_TIME, NO_TIME);
    log.clear();
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static boolean listens(int port) {
    try (var wire = Wire.connect(at(port))) {
      return wire.socket.isConnected();
    } catch (ConnectException _) {
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String asked(int port) throws IOException {
    try (var wire = Wire.connect(at(port))) {
      return wire.ask(GET);
    }
  }

  private void controlIsIdle() {
    executor.submit(() -> {}).syncUninterruptibly();
  }

  @Test
  void whatIsEqualAndBindsNamesAlikeIsKeptWithAllThatItHas() throws IOException {
    begin(wanted(a, false, 1), wanted(b, false, 1));
    var before = routers.inForce();

    var change = routers.prepare(List.of(wanted(b, true, 2), wanted(a, true, 2)));
    change.commit(NO_TIME, NO_TIME);

    assertThat(change.made()).isEmpty();
    assertThat(routers.inForce().keySet()).as("in the order written").containsExactly("b", "a");
    assertThat(routers.inForce().get("a")).isSameAs(before.get("a"));
    assertThat(routers.inForce().get("b")).isSameAs(before.get("b"));
    assertThat(routers.retiring()).isZero();
    controlIsIdle();
    assertThat(log).as("no interpreter is asked for or closed").isEmpty();
    assertThat(asked(port)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void otherNamesOrOtherKeysMakeARouterAnewAndOnlyThat() throws IOException {
    begin(wanted(a, false, 1), wanted(b, false, 1));
    var before = routers.inForce();

    var names = routers.prepare(List.of(wanted(a, false, 2), wanted(b, true, 2)));
    assertThat(names.made()).containsExactly("a");
    names.cancel();
    controlIsIdle();
    var options = options("b", other);
    options.dtab = Dtabs.parse("/svc => /#/other");
    var keys = routers.prepare(List.of(wanted(a, true, 3), wanted(options, true, 3)));
    assertThat(keys.made()).containsExactly("b");
    keys.commit(NO_TIME, GRACE);

    assertThat(routers.inForce().get("a")).isSameAs(before.get("a"));
    assertThat(routers.inForce().get("b")).isNotSameAs(before.get("b"));
    Await.until("the old one has ended", () -> routers.retiring() == 0);
    controlIsIdle();
    assertThat(log).containsExactly("made a 2", "closed a 2", "made b 3", "closed b 1");
  }

  @Test
  void aPortThatIsTakenLeavesAllAsItWasAndLetsGoOfWhatWasMade() throws IOException {
    begin(wanted(a, false, 1));
    var before = routers.inForce();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  routers.prepare(
                      List.of(
                          wanted(a, false, 2),
                          wanted(options("new", other), false, 2),
                          wanted(options("late", taken.getLocalPort()), false, 2))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(String.valueOf(taken.getLocalPort()));
    }

    assertThat(routers.inForce()).isSameAs(before);
    assertThat(routers.retiring()).isZero();
    controlIsIdle();
    assertThat(log)
        .containsExactly(
            "made a 2", "made new 2", "made late 2", "closed a 2", "closed new 2", "closed late 2");
    Await.until("what was bound is free", () -> !listens(other));
    assertThat(metrics.snapshot().at("rt/new")).isNull();
    assertThat(asked(port)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aCertificateThatIsOfNoUseLeavesNoMetricOfItsListenerBehind() throws IOException {
    begin(wanted(a, false, 1));
    var secret = options("a", other);
    var files =
        new KeyFiles(java.nio.file.Path.of("/no/cert"), java.nio.file.Path.of("/no/key"), null);
    secret.tls =
        new ServerTls(
            List.of(files), null, false, List.of(), List.of(), ServerTls.HANDSHAKE_TIMEOUT);

    assertThatThrownBy(() -> routers.prepare(List.of(wanted(secret, true, 2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/no/cert");

    controlIsIdle();
    assertThat(log).containsExactly("made a 2", "closed a 2");
    assertThat(metrics.snapshot().at("rt/a/server/127.0.0.1/" + other)).isNull();
    assertThat(metrics.snapshot().at("rt/a/server/127.0.0.1/" + port)).isNotNull();
    assertThat(listens(other)).isFalse();
    assertThat(asked(port)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void namesThatCannotBeBoundLeaveAllAsItWas() throws IOException {
    begin(wanted(a, false, 1));
    var unusable =
        new Wanted(
            b.config(),
            false,
            () -> {
              throw new IllegalArgumentException("no such file");
            },
            Explaining.NONE);

    assertThatThrownBy(() -> routers.prepare(List.of(wanted(a, false, 2), unusable)))
        .hasMessage("no such file");

    controlIsIdle();
    assertThat(log).containsExactly("made a 2", "closed a 2");
    assertThat(routers.inForce().keySet()).containsExactly("a");
    assertThat(asked(port)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aRehearsalComesBeforeAnyPortAndEndsTheChangeWhenItFails() throws IOException {
    assertThatThrownBy(
            () ->
                routers.prepare(
                    List.of(wanted(a, false, 1)),
                    made -> {
                      assertThat(made).containsOnlyKeys("a");
                      assertThat(listens(port)).isFalse();
                      throw new IOException("not today");
                    },
                    _ -> false))
        .hasMessage("not today");

    controlIsIdle();
    assertThat(log).containsExactly("made a 1", "closed a 1");
    assertThat(routers.inForce()).isEmpty();
    assertThat(listens(port)).isFalse();
  }

  @Test
  void aChangeThatIsCancelledLeavesWhatListensAndLetsGoOfTheRest() throws IOException {
    begin(wanted(a, false, 1));
    var limits = options("a", port);
    limits.idleTime = Duration.ofMinutes(7);
    try (var wire = Wire.connect(at(port))) {
      assertThat(wire.ask(GET)).startsWith("HTTP/1.1 200 ");

      var change = routers.prepare(List.of(wanted(limits, true, 2), wanted(b, false, 2)));
      assertThat(listens(other)).as("bound before it comes into force").isTrue();
      change.cancel();

      assertThat(wire.ask(GET)).startsWith("HTTP/1.1 200 ").doesNotContain("close");
    }
    controlIsIdle();
    assertThat(log).containsExactly("made a 2", "made b 2", "closed a 2", "closed b 2");
    Await.until("what was bound is free", () -> !listens(other));
    assertThat(asked(port)).startsWith("HTTP/1.1 200 ");
    assertThat(metrics.snapshot().at("rt/a")).isNotNull();
  }

  @Test
  void anAddressThatStaysIsHandedOnAndItsCallersStay() throws IOException {
    begin(wanted(a, false, 1));
    var listener = listener("a");
    var dtab = options("a", port);
    dtab.dtab = Dtabs.parse("/svc => /#/other");
    try (var wire = Wire.connect(at(port))) {
      assertThat(wire.ask(GET)).startsWith("HTTP/1.1 200 ");

      routers.prepare(List.of(wanted(dtab, true, 2))).commit(NO_TIME, GRACE);

      assertThat(listener("a")).isSameAs(listener);
      Await.until("the old one has ended", () -> routers.retiring() == 0);
      assertThat(wire.ask(GET)).startsWith("HTTP/1.1 200 ").doesNotContain("close");
      control.execute(() -> log.add(names.asked.getLast().show()));
      controlIsIdle();
      assertThat(log).contains("/svc=>/#/other");
    }
  }

  /** And another router may have the address: the listener's terms tell whose metrics it has. */
  @Test
  void otherTermsAreForNewConnectionsAndTheOldOnesAreAskedToComeAgain() throws IOException {
    begin(wanted(a, false, 1));
    var listener = listener("a");
    try (var idle = Wire.connect(at(port));
        var busy = Wire.connect(at(port))) {
      assertThat(idle.ask(GET)).startsWith("HTTP/1.1 200 ");
      assertThat(busy.ask(GET)).startsWith("HTTP/1.1 200 ");

      routers.prepare(List.of(wanted(options("b", port), false, 2))).commit(NO_TIME, GRACE);

      assertThat(listener("b")).isNotSameAs(listener);
      assertThat(listener("b").sockets()).as("the same sockets").isNotNull();
      Await.until("the old one listens no more", () -> listener.sockets() == null);
      assertThat(busy.ask(GET)).startsWith("HTTP/1.1 200 ").contains("Connection: close");
      assertThat(asked(port)).startsWith("HTTP/1.1 200 ").doesNotContain("close");
      Await.until("the old router has ended", () -> routers.retiring() == 0);
      assertThat(idle.ask(GET)).as("as long as it likes").contains(" 200 ", "Connection: close");
    }
    Await.until("nothing is left of it", () -> metrics.snapshot().at("rt/a") == null);
  }

  private HttpListener listener(String label) {
    return requireNonNull(routers.inForce().get(label)).servers().getFirst().listener();
  }

  @Test
  void anAddressThatIsGivenUpLingersThenEndsItsCallersThenItsNames() throws Exception {
    var begun = new CountDownLatch(1);
    var held = new CountDownLatch(1);
    try (var slow =
        new TestBackend(
            wire -> {
              while (wire.request() != null) {
                begun.countDown();
                if (!await(held)) {
                  return;
                }
                wire.send(OK);
              }
            })) {
      names.bind("slow", slow.address());
      begin(wanted(a, false, 1), wanted(b, false, 1));
      try (var waiting = Wire.connect(at(port));
          var kept = Wire.connect(at(port))) {
        assertThat(kept.ask(GET)).startsWith("HTTP/1.1 200 ").doesNotContain("close");
        waiting.send(GET.replace("web", "slow"));
        assertThat(await(begun)).isTrue();

        routers.prepare(List.of(wanted(b, true, 2))).commit(Duration.ofMillis(1500), GRACE);

        assertThat(routers.inForce()).containsOnlyKeys("b");
        assertThat(asked(port)).as("lingers").contains(" 200 ", "Connection: close");
        Await.until("lingers no more", () -> !listens(port));
        controlIsIdle();
        assertThat(routers.retiring()).isEqualTo(1);
        assertThat(log).as("a caller is left").isEmpty();

        held.countDown();

        assertThat(waiting.response()).contains(" 200 ", "Connection: close");
      }
    }
    Await.until("the old one has ended", () -> routers.retiring() == 0);
    controlIsIdle();
    assertThat(log).containsExactly("closed a 1");
    assertThat(metrics.snapshot().at("rt/a")).isNull();
    assertThat(asked(other)).startsWith("HTTP/1.1 200 ");
  }

  /** Who keeps a connection without a request may still ask for any name while it lingers. */
  @Test
  void namesAreThereForAsLongAsAnAddressLingers() throws IOException {
    begin(wanted(a, false, 1));
    try (var kept = Wire.connect(at(port))) {
      assertThat(kept.ask(GET)).startsWith("HTTP/1.1 200 ");

      routers.prepare(List.of()).commit(Duration.ofMillis(1500), GRACE);

      controlIsIdle();
      assertThat(log).isEmpty();
      names.bind("first", backend.address());
      assertThat(kept.ask(GET.replace("web", "first"))).contains(" 200 ", "Connection: close");
    }
    Await.until("the old one has ended", () -> routers.retiring() == 0);
    controlIsIdle();
    assertThat(log).containsExactly("closed a 1");
    assertThat(listens(port)).isFalse();
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void whatIsUnderWayEndsByTheOldRouterWhoseNamesAreClosedOnlyThen() throws Exception {
    var begun = new CountDownLatch(1);
    var held = new CountDownLatch(1);
    try (var slow =
        new TestBackend(
            wire -> {
              while (wire.request() != null) {
                begun.countDown();
                if (!await(held)) {
                  return;
                }
                wire.send(OK);
              }
            })) {
      names.bind("slow", slow.address());
      begin(wanted(a, false, 1));
      try (var waiting = Wire.connect(at(port))) {
        waiting.send(GET.replace("web", "slow"));
        assertThat(await(begun)).isTrue();

        routers.prepare(List.of(wanted(a, false, 2))).commit(NO_TIME, GRACE);

        assertThat(asked(port)).startsWith("HTTP/1.1 200 ");
        controlIsIdle();
        assertThat(log).containsExactly("made a 2");
        assertThat(routers.retiring()).isEqualTo(1);

        held.countDown();

        assertThat(waiting.response()).contains(" 200 ").doesNotContain("close");
        Await.until("the old one has ended", () -> routers.retiring() == 0);
        controlIsIdle();
        assertThat(log).containsExactly("made a 2", "closed a 1");
        assertThat(waiting.ask(GET)).startsWith("HTTP/1.1 200 ");
      }
    }
  }
}

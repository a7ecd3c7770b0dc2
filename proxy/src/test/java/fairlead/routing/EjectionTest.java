package fairlead.routing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.balance.BalancerConfig;
import fairlead.balance.BalancerConfig.Affinity;
import fairlead.balance.SlowStart;
import fairlead.balance.accrual.AccrualConfig;
import fairlead.balance.accrual.Backoff;
import fairlead.client.ClientConfig;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.routing.ScriptedInterpreter.Script;
import fairlead.routing.classify.GrpcClassifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that fail, on real sockets ({@code spec/client.md} §4–8). */
class EjectionTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String ERROR =
      "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\nno";
  private static final String CLIENT = "rt/http/client/#/test/web/";
  private static final Duration FOR_EVER = Duration.ofHours(1);

  private final Rig.Options options = new Rig.Options();
  private final Map<InetSocketAddress, Socket> held = new HashMap<>();
  private Rig rig = new Rig(options);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void fault18_whoRefusesIsOutAfterTheFirstRefusalAndBackByOneRequest() throws Exception {
    restart(failures(5, Duration.ofMillis(50)));
    var there = rig.unbound(answering(OK));
    var away = closed();
    rig.interpreter.bind("web", there.address(), away);

    askUntil("it is out", () -> count("removals") == 1);
    assertThat(rig.count(CLIENT + "retries/requeues")).isEqualTo(1);
    assertThat(count("revivals")).isZero();
    var back = listen(away);

    askUntil("it is back", () -> count("revivals") == 1);
    askUntil("it is asked", () -> back.heads.size() > 3);
    assertThat(rig.gauge(CLIENT + "loadbalancer/available")).isEqualTo(2);
  }

  @Test
  void whileItIsOutNothingIsSentThere() throws Exception {
    restart(failures(5, FOR_EVER));
    var there = rig.unbound(answering(OK));
    rig.interpreter.bind("web", there.address(), closed());
    askUntil("it is out", () -> count("removals") == 1);
    long connects = rig.count(CLIENT + "retries/requeues");

    ask(200);

    assertThat(rig.count(CLIENT + "retries/requeues")).isEqualTo(connects);
    assertThat(count("removed_for_ms")).isEqualTo(FOR_EVER.toMillis());
    assertThat(rig.gauge(CLIENT + "loadbalancer/available")).isEqualTo(1);
    assertThat(rig.gauge(CLIENT + "loadbalancer/busy")).isEqualTo(1);
  }

  @Test
  void fiveAnswersOf500InARowTakeItOut() throws Exception {
    restart(failures(5, FOR_EVER));
    var bad = rig.unbound(answering(ERROR));
    var good = rig.unbound(answering(OK));
    rig.interpreter.bind("web", bad.address(), good.address());

    var caller = rig.caller();
    Await.until(
        "it is out",
        () -> {
          send(caller);
          return count("removals") == 1;
        });
    ask(100);

    assertThat(bad.heads).hasSize(5);
    assertThat(rig.router.clientStates().toCompletableFuture().join().get(id()))
        .satisfies(
            state ->
                assertThat(state.out().values())
                    .singleElement()
                    .extracting(ClientState.Out::show)
                    .isEqualTo(
                        "out for 3600000 ms: 5 failures in a row, the last one: status 500"));
  }

  @Test
  void whyItIsOutTellsOfTheClassifierWhereTheStatusIsGood() throws Exception {
    options.service =
        ServiceConfig.usual(
            new GrpcClassifier(Set.of(0), new GrpcClassifier.Retries.Codes(Set.of())), null);
    restart(failures(5, FOR_EVER));
    rig.backend("web", OK);

    ask(5);

    var states = rig.router.clientStates().toCompletableFuture().join();
    assertThat(requireNonNull(states.get(id())).out().values())
        .singleElement()
        .extracting(ClientState.Out::show)
        .asString()
        .endsWith("the last one: status 200, a failure to the responseClassifier");
  }

  @Test
  void fault20_theOnlyEndpointIsUsedThoughItIsOut() throws Exception {
    restart(failures(1, FOR_EVER));
    var asked = new AtomicInteger();
    var backend =
        rig.unbound(
            wire -> {
              while (wire.request() != null) {
                wire.send(asked.incrementAndGet() == 1 ? ERROR : OK);
              }
            });
    rig.interpreter.bind("web", backend.address());

    var caller = rig.caller();
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 500 ");
    Await.until("it is out", () -> count("removals") == 1);

    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    assertThat(rig.count(CLIENT + "loadbalancer/max_effort_exhausted")).isEqualTo(1);
  }

  @Test
  void aConnectionThatWasClosedWhileIdleIsNotHeldAgainstIt() throws Exception {
    restart(failures(1, FOR_EVER));
    var backend =
        rig.unbound(
            wire -> {
              wire.request();
              wire.send(OK); // and closes the connection without having said so
            });
    rig.interpreter.bind("web", backend.address());

    ask(50);

    assertThat(count("removals")).isZero();
  }

  @Test
  void aCallerThatGivesUpIsNotHeldAgainstIt() throws Exception {
    restart(failures(1, FOR_EVER));
    var asked = new CountDownLatch(1);
    var backend =
        rig.unbound(
            wire -> {
              wire.request();
              asked.countDown();
              assertThat(wire.isAtEnd()).isTrue();
            });
    rig.interpreter.bind("web", backend.address());
    try (var caller = rig.caller()) {
      caller.send(GET);
      asked.await();
    }
    rig.awaitQuiet("web");

    assertThat(count("removals")).isZero();
  }

  @Test
  void fault18_whoResetsInsteadOfAnsweringIsOutAtOnce() throws Exception {
    restart(failures(5, FOR_EVER));
    rig.interpreter.bind("web", resetting().address());

    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 502 ");

    Await.until("it is out", () -> count("removals") == 1);
  }

  @ParameterizedTest
  @CsvSource({"GET, true", "POST, true", "GET, false", "POST, false"})
  void fault18_aRequestWhoseNewConnectionIsEndedGoesToOneOtherIfItIsIdempotent(
      String method, boolean reset) throws Exception {
    restart(failures(5, FOR_EVER));
    var all = List.of(ending(reset), ending(reset), ending(reset));
    rig.interpreter.bind(
        "web", all.stream().map(TestBackend::address).toArray(InetSocketAddress[]::new));

    var answer = rig.caller().ask(method + " / HTTP/1.1\r\nHost: web\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 502 ");
    int asked = all.stream().mapToInt(backend -> backend.connections.get()).sum();
    assertThat(asked).isEqualTo(method.equals("GET") ? 2 : 1);
    assertThat(rig.count(CLIENT + "retries/requeues")).isEqualTo(asked - 1);
  }

  @Test
  void fault20_whileAllAreOutARequestThatOneLeftWithoutAnAnswerTriesTheOthers() throws Exception {
    restart(failures(5, FOR_EVER));
    var away = closed();
    var good = new AtomicBoolean(true);
    var asked = new AtomicInteger();
    var stop = new AtomicBoolean();
    var other =
        rig.unbound(
            wire -> {
              while (wire.request() != null && good.get()) {
                wire.send(OK);
              }
              if (asked.incrementAndGet() == 1) {
                Await.until("it may end", stop::get);
              } else {
                wire.socket.setSoLinger(true, 0);
              }
            });
    rig.interpreter.bind("web", away, other.address());
    askUntil("one is out", () -> count("removals") == 1);
    listen(away);
    good.set(false);

    var waiting = rig.caller();
    waiting.send(GET);
    Await.until("it is under way", () -> asked.get() == 1);
    rig.caller().ask(GET);
    Await.until("the other is out, too", () -> count("removals") == 2);
    stop.set(true);

    assertThat(waiting.response()).startsWith("HTTP/1.1 200 ");
  }

  private TestBackend resetting() {
    return ending(true);
  }

  private TestBackend ending(boolean reset) {
    return rig.unbound(
        wire -> {
          wire.request();
          if (reset) {
            wire.socket.setSoLinger(true, 0);
          }
        });
  }

  @Test
  void withFailFastTheBackgroundFindsOutThatItIsBack() throws Exception {
    restart(ClientConfig.DEFAULT.with(new AccrualConfig.Never(), true));
    var away = closed();
    rig.interpreter.bind("web", away);
    var caller = rig.caller();
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 502 ");
    assertThat(rig.gauge(CLIENT + "failfast/is_marked_dead")).isEqualTo(1);
    assertThat(rig.gauge(CLIENT + "loadbalancer/busy")).isEqualTo(1);

    listen(away);
    Await.until("it is back", () -> rig.count(CLIENT + "failfast/marked_available") == 1);

    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    assertThat(rig.count(CLIENT + "failfast/marked_dead")).isEqualTo(1);
  }

  @Test
  void nothingIsLeftOfEndpointsThatComeAndGo() throws Exception {
    restart(failures(1, FOR_EVER));
    var addr = new Script<Addr>(rig.control);
    rig.interpreter.name("web").set(new NameTree.Leaf<>(new Bound(id(), addr, Path.EMPTY)));
    var good = rig.unbound(answering(OK));
    for (int i = 0; i < 20; i++) {
      addr.set(ScriptedInterpreter.live(good.address(), closed()));
      int round = i + 1;
      askUntil("it is out", () -> count("removals") == round);
      addr.set(ScriptedInterpreter.live(good.address()));
      Await.until("it is gone", () -> rig.gauge(CLIENT + "loadbalancer/size") == 1);
    }

    assertThat(rig.gauge(CLIENT + "loadbalancer/busy")).isZero();
    assertThat(rig.router.clientStates().toCompletableFuture().join().get(id()))
        .satisfies(state -> assertThat(state.out()).isEmpty());
  }

  @Test
  void connectionsToEndpointsOutsideTheApertureAreClosed() throws Exception {
    restart(
        balancer(
            new BalancerConfig.Aperture(5, Duration.ofMillis(20), 0.5, 2.0, 1), SlowStart.OFF));
    var crowded = new CountDownLatch(1);
    var first = rig.unbound(answeringAtLeisureUntil(crowded));
    var second = rig.unbound(answeringAtLeisureUntil(crowded));
    rig.interpreter.bind("web", first.address(), second.address());
    askAtOnceUntil(
        () ->
            rig.gauge(CLIENT + "pool_cached") > 1
                && !first.heads.isEmpty()
                && !second.heads.isEmpty());
    crowded.countDown();

    askUntil("one is left", () -> rig.count(CLIENT + "loadbalancer/expired") >= 1);

    askUntil(
        "the aperture is narrow", () -> rig.gauge(CLIENT + "loadbalancer/logical_aperture") == 1);
    Await.until("its connections are closed", () -> rig.count(CLIENT + "closes") >= 1);
    ask(20);
  }

  /** Several callers at a time, which an aperture of one endpoint is too narrow for. */
  private void askAtOnceUntil(java.util.function.BooleanSupplier condition) {
    var callers = List.of(rig.caller(), rig.caller(), rig.caller(), rig.caller(), rig.caller());
    Await.until(
        "enough was asked at once",
        () -> {
          try {
            for (var caller : callers) {
              caller.send(GET);
            }
            for (var caller : callers) {
              assertThat(caller.response()).startsWith("HTTP/1.1 200 ");
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return condition.getAsBoolean();
        });
  }

  @Test
  void roundRobinTakesTurns() throws Exception {
    restart(balancer(new BalancerConfig.RoundRobin(5), SlowStart.OFF));
    var first = rig.unbound(answering(OK));
    var second = rig.unbound(answering(OK));
    rig.interpreter.bind("web", first.address(), second.address());

    ask(40);

    assertThat(first.heads).hasSize(20);
    assertThat(second.heads).hasSize(20);
    assertThat(rig.gauge(CLIENT + "loadbalancer/algorithm/round_robin")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-User: %s", "Cookie: theme=dark; user=%s; x=y"})
  void theSameUserGoesToTheSameEndpoint(String header) throws Exception {
    Affinity affinity =
        header.startsWith("X") ? new Affinity.Header("x-user") : new Affinity.Cookie("user");
    restart(balancer(new BalancerConfig.RingHash(5, affinity), SlowStart.OFF));
    var used = new HashSet<String>();
    rig.interpreter.bind("web", named("a").address(), named("b").address(), named("c").address());
    var caller = rig.caller();

    for (int user = 0; user < 30; user++) {
      var request = "GET / HTTP/1.1\r\nHost: web\r\n" + header.formatted("u" + user) + "\r\n\r\n";
      var first = caller.ask(request);
      for (int i = 0; i < 5; i++) {
        assertThat(caller.ask(request)).endsWith(first.substring(first.length() - 1));
      }
      used.add(first.substring(first.length() - 1));
    }

    assertThat(used).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void whoIsNewStartsSlowly() throws Exception {
    restart(balancer(new BalancerConfig.P2c(5), new SlowStart(FOR_EVER, 0.05)));
    var addr = new Script<Addr>(rig.control);
    rig.interpreter.name("web").set(new NameTree.Leaf<>(new Bound(id(), addr, Path.EMPTY)));
    var old = rig.unbound(answering(OK));
    var fresh = rig.unbound(answering(OK));
    addr.set(ScriptedInterpreter.live(old.address()));
    ask(20);

    addr.set(ScriptedInterpreter.live(old.address(), fresh.address()));
    Await.until("it is known", () -> rig.gauge(CLIENT + "loadbalancer/size") == 2);
    ask(400);

    assertThat(fresh.heads.size()).isBetween(1, 60); // of 400, where half of them would be 200
    assertThat(rig.count(CLIENT + "loadbalancer/max_effort_exhausted")).isZero();
  }

  private void restart(ClientConfig config) {
    rig.close();
    options.client = config;
    rig = new Rig(options);
  }

  private static ClientConfig failures(int failures, Duration delay) {
    return ClientConfig.DEFAULT.with(
        new AccrualConfig.ConsecutiveFailures(failures, new Backoff.Constant(delay)), false);
  }

  private static ClientConfig balancer(BalancerConfig.Algorithm algorithm, SlowStart slowStart) {
    return ClientConfig.DEFAULT.with(new BalancerConfig(algorithm, false, slowStart));
  }

  private static Path id() {
    return Path.of("#", "test", "web");
  }

  /** An address where nobody listens, and that nobody else is given meanwhile. */
  private InetSocketAddress closed() throws IOException {
    var socket = new Socket();
    rig.closing(socket);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    held.put((InetSocketAddress) socket.getLocalSocketAddress(), socket);
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** Somebody listens there now. */
  private TestBackend listen(InetSocketAddress address) throws IOException {
    requireNonNull(held.get(address)).close();
    var backend = new TestBackend(answering(OK), address);
    rig.closing(backend);
    return backend;
  }

  private TestBackend named(String name) {
    return rig.unbound(answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name));
  }

  /** Requests that are sent at once are then under way at once, for some milliseconds. */
  private static TestBackend.Script answeringAtLeisureUntil(CountDownLatch hurry) {
    return wire -> {
      try {
        while (wire.request() != null) {
          var _ = hurry.await(5, TimeUnit.MILLISECONDS);
          wire.send(OK);
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    };
  }

  private static TestBackend.Script answering(String response) {
    return wire -> {
      while (wire.request() != null) {
        wire.send(response);
      }
    };
  }

  private long count(String name) {
    return rig.count(CLIENT + "failure_accrual/" + name);
  }

  private void ask(int times) throws IOException {
    var caller = rig.caller();
    for (int i = 0; i < times; i++) {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    }
  }

  private void askUntil(String what, java.util.function.BooleanSupplier condition) {
    var caller = rig.caller();
    Await.until(
        what,
        () -> {
          assertThat(send(caller)).startsWith("HTTP/1.1 200 ");
          return condition.getAsBoolean();
        });
  }

  private static String send(Wire caller) {
    try {
      return caller.ask(GET);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.telemetry.trace.Tracing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** The pages of {@code spec/admin.md} §8 over real connections, on threads that really wait. */
class DiagnosticPagesTest extends AdminFixture {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  AdminPages pages() {
    var page = new RegistryPage(Map.of("FAIRLEAD_WORKERS", "2"), Map.of("CONSUL_TOKEN", "canary"));
    return super.pages().add("/admin/registry.json", page);
  }

  @Test
  void contentionTellsWhoWaitsForWhom() throws Exception {
    var lock = new Object();
    var held = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var owner =
        Thread.ofPlatform()
            .name("the-owner")
            .start(
                () -> {
                  synchronized (lock) {
                    held.countDown();
                    awaitQuietly(release);
                  }
                });
    awaitQuietly(held);
    var waiter = waiterFor(lock, "the-waiter");
    try {
      String text = get("/admin/contention").body();

      assertThat(text).startsWith("Blocked:\n");
      int owners = text.indexOf("Lock Owners:\n");
      assertThat(text.substring(0, owners)).contains("\"the-waiter\"");
      assertThat(text.substring(owners)).contains("\"the-owner\"").doesNotContain("\"the-waiter\"");
      assertThat(get("/admin/contention", "Accept: text/html").body()).startsWith("<pre>Blocked:");
    } finally {
      release.countDown();
      owner.join();
      waiter.join();
    }
  }

  /** Threads that wait for each other on locks that can be interrupted, so that the test ends. */
  @Test
  void deadlocksComeFirst() throws Exception {
    var left = new ReentrantLock();
    var right = new ReentrantLock();
    var both = new CyclicBarrier(2);
    var first = Thread.ofPlatform().name("first").start(() -> lockBoth(left, right, both));
    var second = Thread.ofPlatform().name("second").start(() -> lockBoth(right, left, both));
    try {
      while (first.getState() != Thread.State.WAITING
          || second.getState() != Thread.State.WAITING
          || !left.hasQueuedThreads()
          || !right.hasQueuedThreads()) {
        Thread.onSpinWait();
      }

      String text = get("/admin/contention").body();

      assertThat(text).startsWith("DEADLOCKS:\n\n");
      assertThat(text.substring(0, text.indexOf("\nBlocked:\n")))
          .contains("\"first\"", "\"second\"");
    } finally {
      first.interrupt();
      second.interrupt();
      first.join();
      second.join();
    }
  }

  private static void lockBoth(ReentrantLock one, ReentrantLock other, CyclicBarrier both) {
    one.lock();
    try {
      both.await(30, TimeUnit.SECONDS);
      other.lockInterruptibly();
      other.unlock();
    } catch (InterruptedException _) {
      assert true; // the test has seen enough
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new AssertionError(e);
    } finally {
      one.unlock();
    }
  }

  @Test
  void threadsAsATableWithTheirStacks() throws IOException {
    var page = get("/admin/threads");

    assertThat(page.head()).contains("content-type: text/html;charset=UTF-8\r");
    assertThat(page.body())
        .containsPattern("<p>\\d+ threads: \\d+ runnable, \\d+ idle\\.</p>")
        .containsPattern("<summary>admin-\\d+-1</summary><pre>")
        .contains("fairlead.admin.ThreadPages.html(");
  }

  @Test
  void threadsAsJson() throws IOException {
    var threads = JSON.readTree(get("/admin/threads.json").body()).get("threads");

    var own = threads.get(Long.toString(Thread.currentThread().threadId()));
    assertThat(own.get("thread").asText()).isEqualTo(Thread.currentThread().getName());
    assertThat(own.get("priority").asInt()).isEqualTo(Thread.currentThread().getPriority());
    assertThat(own.get("daemon").isBoolean()).isTrue();
    assertThat(own.get("stack").get(0).isTextual()).isTrue();
  }

  @Test
  void theProfileHasTheStacksOfThoseThatRun() throws Exception {
    var stop = new CountDownLatch(1);
    var busy = Thread.ofPlatform().start(() -> spin(stop));
    try {
      start(config(null), pages());
      byte[] raw = body("/admin/pprof/profile?seconds=1&hz=50");

      var profile = Profile.of(raw);
      assertThat(profile.period).isEqualTo(20_000);
      assertThat(profile.samplesOf("fairlead.admin.DiagnosticPagesTest.spin")).isPositive();
      assertThat(profile.samplesOf("io.netty.channel.epoll.Native.epollWait")).isZero();
    } finally {
      stop.countDown();
      busy.join();
    }
  }

  @Test
  void theProfileOfContentionHasTheStacksOfThoseThatAreBlocked() throws Exception {
    var lock = new Object();
    Thread waiter;
    synchronized (lock) {
      waiter = waiterFor(lock, "blocked");
      start(config(null), pages());
      byte[] raw = body("/admin/pprof/contention?seconds=1&hz=20");

      assertThat(head(raw)).contains("content-type: pprof/raw\r");
      assertThat(Profile.of(raw).samplesOf("fairlead.admin.DiagnosticPagesTest.enter"))
          .isPositive();
    }
    waiter.join();
  }

  @Test
  void aProfileOfNonsenseIs400() throws IOException {
    var bad = get("/admin/pprof/profile?seconds=ever");

    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.body())
        .isEqualTo(
            "seconds: ever is not a whole number from 1 to 120; ask for one, or leave it out\n");
    assertThat(get("/admin/pprof/profile?hz=0").body()).startsWith("hz: 0 is not ");
    assertThat(get("/admin/pprof/contention?seconds=121").status()).isEqualTo(400);
  }

  @Test
  void ofTwoProfilesAtATimeOneIsRefused() throws Exception {
    start(config(null), pages());
    try (var first = connect();
        var second = connect()) {
      // The admin thread reads both before the first has ended, in whichever order.
      write(first, head("GET /admin/pprof/profile?seconds=4&hz=1", CLOSE));
      write(second, head("GET /admin/pprof/profile?seconds=4&hz=1", CLOSE));

      assertThat(List.of(readAll(first).substring(9, 12), readAll(second).substring(9, 12)))
          .containsExactlyInAnyOrder("200", "409");
    }
    assertThat(get("/admin/pprof/profile?seconds=1&hz=10").status()).isEqualTo(200);
  }

  @Test
  void thereAreNoProfilesOfTheHeap() throws IOException {
    var heap = get("/admin/pprof/heap?pause=10&force_gc=true");

    assertThat(heap.status()).isEqualTo(500);
    assertThat(heap.body()).isEqualTo("heapster not loaded!");
  }

  @Test
  void nothingIsAnnounced() throws IOException {
    var page = get("/admin/announcer");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.head()).contains("content-type: text/plain;charset=UTF-8\r");
    assertThat(page.body()).isEmpty();
    assertThat(get("/admin/announcer", "Accept: text/html").body()).isEqualTo("<pre></pre>");
  }

  @Test
  void filesHaveTheirOtherNameToo() throws IOException {
    assertThat(get("/admin/files/style.css").body()).isEqualTo(get("/files/style.css").body());
    assertThat(get("/admin/files/none.css").status()).isEqualTo(404);
  }

  @Test
  void theRegistryShowsFlagsAndTheSystem() throws IOException {
    var registry = registry("");

    assertThat(registry.at("/flags/FAIRLEAD_WORKERS").asText()).isEqualTo("2");
    assertThat(registry.at("/system/jvm_properties/java.version").asText())
        .isEqualTo(System.getProperty("java.version"));
    assertThat(registry.at("/system/jvm_arguments").isArray()).isTrue();
  }

  @Test
  void theRegistryShowsNoSecrets() throws IOException {
    System.setProperty("some.password", "canary");
    try {
      var registry = registry("");

      assertThat(registry.toString()).doesNotContain("canary");
      assertThat(registry.at("/system/env/CONSUL_TOKEN").asText()).isEqualTo("***");
      assertThat(registry.at("/system/jvm_properties/some.password").asText()).isEqualTo("***");
    } finally {
      System.clearProperty("some.password");
    }
  }

  @Test
  void theRegistryKeepsTheBranchesOfTheFilter() throws IOException {
    assertThat(registry("?filter=flags/FAIRLEAD_WORKERS").toString())
        .isEqualTo("{\"flags\":{\"FAIRLEAD_WORKERS\":\"2\"}}");
    assertThat(registry("?filter=registry/*/env").toString())
        .isEqualTo("{\"system\":{\"env\":{\"CONSUL_TOKEN\":\"***\"}}}");
    assertThat(registry("?filter=*/*/java.version").toString())
        .isEqualTo(
            "{\"system\":{\"jvm_properties\":{\"java.version\":\""
                + System.getProperty("java.version")
                + "\"}}}");
    assertThat(registry("?filter=no/such").toString()).isEqualTo("{}");
  }

  @Test
  void tracingIsSwitchedByPost() throws IOException {
    var tracing = new Tracing(List.of(), InstantSource.system());
    start(config(null), pages().addControl("/admin/tracing", new TracingPage(tracing)));

    assertThat(get("/admin/tracing").body()).isEqualTo("Tracing is enabled.\n");
    assertThat(post("/admin/tracing?disable=True").body()).isEqualTo("Tracing is now disabled.\n");
    assertThat(tracing.isEnabled()).isFalse();
    assertThat(post("/admin/tracing?enable=yes").body()).isEqualTo("Tracing is disabled.\n");
    assertThat(post("/admin/tracing?enable=1").head()).contains("content-type: text/html");
    assertThat(tracing.isEnabled()).isTrue();
    assertThat(post("/admin/tracing?enable=t&disable=t").status()).isEqualTo(400);
  }

  @Test
  void threat58_aLinkCannotSwitchTracing() throws IOException {
    var tracing = new Tracing(List.of(), InstantSource.system());
    start(config(null), pages().addControl("/admin/tracing", new TracingPage(tracing)));

    var refused = get("/admin/tracing?disable=true");

    assertThat(refused.status()).isEqualTo(405);
    assertThat(refused.head()).contains("Allow: POST");
    assertThat(tracing.isEnabled()).isTrue();
  }

  @Test
  void lintTellsWhatFailedAndWhatIsFine() throws IOException {
    start(config(null), linted());

    assertThat(get("/admin/lint.json").body())
        .isEqualTo(
            "{\"lint_results\":{\"metadata\":{\"num_rules_run\":2,\"num_rules_ok\":1,"
                + "\"num_rules_failed\":1,\"num_issues_found\":2},\"failed_rules\":[{\"category\":\"A\",\"id\":\"bad\",\"description\":\"Is"
                + " bad.\",\"issues\":[\"<one>\",\"two\"]}],"
                + "\"ok_rules\":[{\"category\":\"B\",\"id\":\"good\",\"description\":\"Is"
                + " good.\"}]}}");
    assertThat(get("/admin/lint").body())
        .contains("<p>2 rules, 1 failed.</p>", "<p>&lt;one&gt;</p><p>two</p>", "<td>ok</tr>");
  }

  private AdminPages linted() {
    var pages = pages();
    LintPage.addTo(
        pages,
        List.of(
            new LintRule(
                "A",
                "bad",
                "Is bad.",
                () -> CompletableFuture.completedFuture(List.of("<one>", "two"))),
            new LintRule(
                "B", "good", "Is good.", () -> CompletableFuture.completedFuture(List.of()))));
    return pages;
  }

  private JsonNode registry(String query) throws IOException {
    return JSON.readTree(get("/admin/registry.json" + query).body()).get("registry");
  }

  private static Thread waiterFor(Object lock, String name) {
    var waiter = Thread.ofPlatform().name(name).start(() -> enter(lock));
    while (waiter.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
    return waiter;
  }

  private static void enter(Object lock) {
    synchronized (lock) {
      Thread.onSpinWait();
    }
  }

  private static void spin(CountDownLatch stop) {
    while (stop.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] body(String target) throws IOException {
    try (var socket = connect()) {
      write(socket, head("GET " + target, CLOSE));
      return socket.getInputStream().readAllBytes();
    }
  }

  private static String head(byte[] answer) {
    String text = new String(answer, StandardCharsets.ISO_8859_1);
    return text.substring(0, text.indexOf("\r\n\r\n") + 2);
  }

  /** A raw profile, read as {@code pprof} reads it. */
  private record Profile(long period, Map<Long, String> names, List<Map.Entry<Long, Long>> tops) {
    static Profile of(byte[] answer) {
      String text = new String(answer, StandardCharsets.ISO_8859_1);
      int symbols = text.indexOf("--- symbol\nbinary=fairlead\n");
      int end = text.indexOf("---\n--- profile\n");
      assertThat(symbols).isPositive();
      var names = new HashMap<Long, String>();
      text.substring(symbols, end)
          .lines()
          .skip(2)
          .forEach(line -> names.put(Long.decode(line.substring(0, 18)), line.substring(19)));
      int from = end + "---\n--- profile\n".length();
      var words = ByteBuffer.wrap(answer, from, answer.length - from).slice();
      words.order(ByteOrder.LITTLE_ENDIAN);
      assertThat(List.of(words.getLong(), words.getLong(), words.getLong()))
          .containsExactly(0L, 3L, 0L);
      long period = words.getLong();
      assertThat(words.getLong()).isZero();
      var tops = new ArrayList<Map.Entry<Long, Long>>();
      while (words.remaining() > 24) {
        long count = words.getLong();
        long depth = words.getLong();
        for (long i = 0; i < depth; i++) {
          tops.add(Map.entry(words.getLong(), count));
        }
      }
      assertThat(List.of(words.getLong(), words.getLong(), words.getLong()))
          .containsExactly(0L, 1L, 0L);
      return new Profile(period, names, tops);
    }

    long samplesOf(String method) {
      return tops.stream()
          .filter(top -> names.getOrDefault(top.getKey(), "").contains(method + "("))
          .mapToLong(Map.Entry::getValue)
          .sum();
    }
  }
}

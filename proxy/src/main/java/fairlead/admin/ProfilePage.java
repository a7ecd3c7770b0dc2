package fairlead.admin;

import fairlead.telemetry.PageBytes;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code /admin/pprof/profile} and {@code /admin/pprof/contention} ({@code spec/admin.md} §8):
 * looks at all stacks {@code hz} times a second for {@code seconds}, on a thread of its own, for
 * one caller at a time. Each look stops all threads for about a millisecond.
 */
final class ProfilePage implements AdminPage {
  private static final int SECONDS = 10;
  private static final int MOST_SECONDS = 120;
  private static final int HZ = 100;
  private static final int MOST_HZ = 1000;
  private static final long NANOS = 1_000_000_000;
  private static final AtomicBoolean TAKING = new AtomicBoolean();

  private final Predicate<ThreadInfo> wanted;

  private ProfilePage(Predicate<ThreadInfo> wanted) {
    this.wanted = wanted;
  }

  static void addTo(AdminPages pages) {
    pages
        .add("/admin/pprof/profile", new ProfilePage(StackSamples::isRunning))
        .add("/admin/pprof/contention", new ProfilePage(StackSamples::isBlocked))
        .add(
            "/admin/pprof/heap",
            _ ->
                AdminResponse.of(
                        HttpResponseStatus.INTERNAL_SERVER_ERROR,
                        AdminResponse.TEXT,
                        "heapster not loaded!")
                    .now());
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    Integer seconds = number(request.param("seconds"), SECONDS, MOST_SECONDS);
    Integer hz = number(request.param("hz"), HZ, MOST_HZ);
    if (seconds == null) {
      return bad("seconds", request, MOST_SECONDS).now();
    }
    if (hz == null) {
      return bad("hz", request, MOST_HZ).now();
    }
    if (!TAKING.compareAndSet(false, true)) {
      return AdminResponse.of(
              HttpResponseStatus.CONFLICT,
              AdminResponse.TEXT,
              "another profile is being taken; ask again when it has ended\n")
          .now();
    }
    var answer = new CompletableFuture<AdminResponse>();
    var _ =
        Thread.ofPlatform()
            .daemon()
            .name("profile")
            .start(
                () -> {
                  try {
                    answer.complete(profile(seconds, hz));
                  } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                  }
                });
    return answer.whenComplete((_, _) -> TAKING.set(false));
  }

  private AdminResponse profile(int seconds, int hz) {
    var threads = ManagementFactory.getThreadMXBean();
    long own = Thread.currentThread().threadId();
    var samples = new StackSamples();
    long period = NANOS / hz;
    long next = System.nanoTime();
    for (long i = 0; i < (long) seconds * hz; i++) {
      samples.add(
          threads.dumpAllThreads(false, false),
          thread -> thread.getThreadId() != own && wanted.test(thread));
      next += period;
      for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }
    byte[] raw = samples.raw(period / 1000);
    return AdminResponse.of(HttpResponseStatus.OK, "pprof/raw", PageBytes.of(raw));
  }

  private static @Nullable Integer number(@Nullable String text, int usual, int most) {
    if (text == null) {
      return usual;
    }
    try {
      int number = Integer.parseInt(text);
      return number < 1 || number > most ? null : number;
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static AdminResponse bad(String name, AdminRequest request, int most) {
    return AdminResponse.of(
        HttpResponseStatus.BAD_REQUEST,
        AdminResponse.TEXT,
        name
            + ": "
            + request.param(name)
            + " is not a whole number from 1 to "
            + most
            + "; ask for one, or leave it out\n");
  }
}

package fairlead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

class LeakCheckTest {
  private static final List<ByteBuf> PLANTED = new ArrayList<>();

  /** Not run by the build, which finds no tests in nested classes: only by the tests below. */
  static class Planted {
    @Test
    void leaks() {
      PLANTED.add(ByteBufAllocator.DEFAULT.buffer(16));
    }

    @Test
    void releases() {
      ByteBufAllocator.DEFAULT.buffer(16).release();
    }
  }

  @Test
  void aTestThatLeaksABufferFailsThoughItNamesNoExtension() {
    var result = run("leaks");

    assertThat(result.getSummary().getTestsFailedCount()).isEqualTo(1);
    assertThat(result.getSummary().getFailures().getFirst().getException())
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("buffers were not released: ")
        .hasMessageContaining("resource scope 'ByteBuf'")
        .message()
        .doesNotContain("'ReferenceCountedOpenSslContext'");
    PLANTED.forEach(ByteBuf::release);
    LeakCheck.forget();
  }

  @Test
  void aTestThatReleasesItsBuffersPasses() {
    assertThat(run("releases").getSummary().getTestsSucceededCount()).isEqualTo(1);
    assertThatCode(LeakCheck::check).doesNotThrowAnyException();
  }

  @Test
  void whatIsHeldForAMomentBeforeATestMayBeReleasedWithinIt() throws InterruptedException {
    var held = ByteBufAllocator.DEFAULT.buffer(16);
    var releasing =
        Thread.ofVirtual()
            .start(
                () -> {
                  LockSupport.parkNanos(20_000_000);
                  held.release();
                });

    LeakCheck.forget();

    releasing.join();
    assertThatCode(LeakCheck::check).doesNotThrowAnyException();
  }

  private static SummaryGeneratingListener run(String method) {
    var listener = new SummaryGeneratingListener();
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectMethod(Planted.class, method))
            .build();
    LauncherFactory.create().execute(request, new TestExecutionListener[] {listener});
    return listener;
  }
}

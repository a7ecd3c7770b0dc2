package fairlead.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.activity.FakeSerialExecutor;
import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates are read anew when their files change, and kept when the new ones are of no use. */
class RenewedTest {
  @TempDir Path dir;
  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final MetricsTree metrics = new MetricsTree();
  private TestCa ca;
  private KeyFiles files;
  private @Nullable Renewed<ServerTlsContext> renewed;
  private int touched;
  private boolean closesMeanwhile;

  @BeforeEach
  void make() {
    ca = new TestCa(dir, "ca");
    files = ca.issue("web.test").write(dir, "web");
  }

  @AfterEach
  void close() {
    if (renewed != null) {
      renewed.close();
      control.runUntilIdle();
    }
    control.advance(Renewed.RELEASE_AFTER);
  }

  private Renewed<ServerTlsContext> open() {
    var contexts = new TlsContexts(control, this::look, metrics);
    var tls =
        new ServerTls(List.of(files), null, false, List.of(), List.of(), Duration.ofSeconds(1));
    var opened = contexts.server("the listener", tls, List.of("http/1.1"), metrics.scope("server"));
    renewed = opened;
    return opened;
  }

  private void write(TestCa.Issued issued) throws IOException {
    issued.write(dir, "web");
    touch(files.certPath());
    touch(files.keyPath());
  }

  /** However coarse the clock of the file system is. */
  private void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(++touched)));
  }

  private void look(String what, Runnable work) {
    if (closesMeanwhile) {
      Objects.requireNonNull(renewed).close();
    }
    work.run();
  }

  private void look() {
    control.advance(Renewed.INTERVAL);
  }

  private long count(String name) {
    var node = metrics.snapshot().at("server/tls/" + name);
    return node != null && node.value() instanceof Value.Count(long now) ? now : -1;
  }

  private double secondsLeft() {
    String file = files.certPath().toString().substring(1);
    var node = metrics.snapshot().at("server/tls/certificates/" + file + "/seconds_left");
    return node != null && node.value() instanceof Value.Level(float now) ? now : -1;
  }

  @Test
  void filesThatStayAreReadOnce() {
    var opened = open();
    var first = opened.get();

    for (int i = 0; i < 10; i++) {
      look();
    }

    assertThat(opened.get()).isSameAs(first);
    assertThat(count("certificates_renewed")).isZero();
    assertThat(count("certificates_refused")).isZero();
  }

  @Test
  void newFilesAreReadOnceTheyHaveSettled() throws IOException {
    var opened = open();
    var first = opened.get();
    write(ca.issue("web.test"));

    look();
    assertThat(opened.get()).isSameAs(first);
    look();

    assertThat(opened.get()).isNotSameAs(first);
    assertThat(count("certificates_renewed")).isEqualTo(1);
  }

  /** That the context is released is seen by the leak check. */
  @Test
  void whatWasReadWhileItWasClosedIsReleased() throws IOException {
    var opened = open();
    var first = opened.get();
    write(ca.issue("web.test"));
    look();
    closesMeanwhile = true;

    look();

    assertThat(opened.get()).isSameAs(first);
    assertThat(count("certificates_renewed")).isLessThan(1);
  }

  @Test
  void aBadNewFileKeepsTheOldOneAndIsCounted() throws IOException {
    var opened = open();
    var first = opened.get();
    Files.writeString(files.certPath(), "half a");
    touch(files.certPath());

    look();
    look();
    look();

    assertThat(opened.get()).isSameAs(first);
    assertThat(count("certificates_refused")).isEqualTo(1);

    write(ca.issue("web.test"));
    look();
    look();

    assertThat(opened.get()).isNotSameAs(first);
    assertThat(count("certificates_renewed")).isEqualTo(1);
  }

  @Test
  void aCertificateWithoutItsKeyYetIsWaitedFor() throws IOException {
    var opened = open();
    var first = opened.get();
    var next = ca.issue("web.test");
    Files.writeString(files.certPath(), next.bundle().getCertificatePEM());
    touch(files.certPath());
    look();
    look();
    assertThat(opened.get()).isSameAs(first);

    Files.writeString(files.keyPath(), next.bundle().getPrivateKeyPEM());
    touch(files.keyPath());
    look();
    look();

    assertThat(opened.get()).isNotSameAs(first);
  }

  @Test
  void filesThatAreGoneForAWhileKeepTheOldOne() throws IOException {
    var opened = open();
    var first = opened.get();
    Files.delete(files.certPath());

    look();
    look();

    assertThat(opened.get()).isSameAs(first);
    assertThat(count("certificates_refused")).isEqualTo(1);
  }

  @Test
  void anExpiredOneDoesNotReplaceOneThatIsNot() throws IOException {
    var opened = open();
    var first = opened.get();
    write(ca.issueExpired("web.test"));

    look();
    look();

    assertThat(opened.get()).isSameAs(first);
    assertThat(count("certificates_refused")).isEqualTo(1);
  }

  @Test
  void theTimeThatIsLeftIsAGaugeOfEachFile() throws IOException {
    files = ca.issueExpired("web.test").write(dir, "web");
    open();
    assertThat(secondsLeft()).isBetween(-90_000d, -86_000d);

    write(ca.issue("web.test"));
    look();
    look();

    assertThat(secondsLeft()).isGreaterThan(1000);
  }

  @Test
  void atTheStartABadFileIsAFault() throws IOException {
    Files.writeString(files.keyPath(), "");

    assertThatThrownBy(this::open)
        .isInstanceOf(UnusableFileException.class)
        .hasMessage(
            files.keyPath()
                + " has no private key in it; write one in PEM, '-----BEGIN PRIVATE KEY-----'");
  }
}

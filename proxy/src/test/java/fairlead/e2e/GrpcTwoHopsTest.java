package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** An outgoing and an incoming router between: gRPC is what it is without them. */
class GrpcTwoHopsTest extends GrpcContract {
  private @Nullable H2Hops hops;

  @Override
  void stand(Path dir, int backend) throws IOException {
    hops = H2Hops.start(dir, backend);
  }

  @Override
  int front() {
    return hops().front;
  }

  private H2Hops hops() {
    return Objects.requireNonNull(hops);
  }

  private Program program() {
    return hops().fairlead.program();
  }

  @AfterAll
  void stopHops() {
    if (hops != null) {
      hops.close();
      assertThat(program().output()).doesNotContain("Exception", "LEAK");
    }
  }

  @Test
  void aVeryLongStreamTakesNoMemory() {
    int tenth = 30_000;
    var message = new byte[1000];
    var call =
        call(
                MethodType.SERVER_STREAMING,
                answer -> {
                  for (int n = 0; n < 10 * tenth; n++) {
                    answer.send(message);
                  }
                  answer.close(Status.OK);
                })
            .ask("go on");
    read(call, tenth);
    long early = program().residentKib();

    read(call, 9 * tenth);

    assertThat(call.next()).isEqualTo("(the end)");
    assertThat(call.status()).isEqualTo(Status.OK);
    assertThat(program().residentKib() - early).as("growth in KiB").isLessThan(16 * 1024);
  }

  private static void read(GrpcCall call, int messages) {
    for (int n = 0; n < messages; n++) {
      assertThat(call.nextBytes()).hasSize(1000);
    }
  }
}

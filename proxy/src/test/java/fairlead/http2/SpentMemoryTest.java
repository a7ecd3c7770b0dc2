package fairlead.http2;

import static fairlead.http2.JoinedConnections.frame;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.wire.SpentAllocator;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Data that there is no memory for ({@code spec/faults.md} F26). */
class SpentMemoryTest {
  private JoinedConnections joined;

  /** The caller's window is shut, so that what comes has to wait. */
  @BeforeEach
  void ask() {
    joined = new JoinedConnections();
    joined.askWithoutAWindow();
    joined.run();
  }

  @AfterEach
  void close() {
    joined.close();
  }

  @Test
  void fault26_whatCannotWaitIsGivenBack() {
    joined.caller.config().setAllocator(new SpentAllocator());
    ByteBuf data = frame(JoinedConnections.DATA, 0, 1, "78".repeat(100));

    joined.backend.writeInbound(data);
    joined.run();

    assertThat(data.refCnt()).isZero();
  }
}

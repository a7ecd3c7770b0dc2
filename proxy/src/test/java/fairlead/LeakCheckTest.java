package fairlead;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class LeakCheckTest {
  @Test
  void noticesABufferThatIsNotReleased() {
    var buffer = ByteBufAllocator.DEFAULT.buffer(16);

    assertThatThrownBy(LeakCheck::check).isInstanceOf(AssertionError.class);

    buffer.release();
    LeakCheck.forget();
  }

  @Test
  void isContentWhenAllAreReleased() {
    ByteBufAllocator.DEFAULT.buffer(16).release();

    assertThatCode(LeakCheck::check).doesNotThrowAnyException();
  }
}

package fairlead.wire;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;

/** An allocator that has no more to give. */
public final class SpentAllocator extends AbstractByteBufAllocator {
  @Override
  protected ByteBuf newHeapBuffer(int initial, int most) {
    throw new OutOfMemoryError("spent");
  }

  @Override
  protected ByteBuf newDirectBuffer(int initial, int most) {
    throw new OutOfMemoryError("spent");
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }
}

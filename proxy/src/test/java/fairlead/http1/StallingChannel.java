package fairlead.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;

/**
 * A connection whose peer stops reading when the test says so, and whose reads the test sees. What
 * was read is released and counted.
 */
final class StallingChannel extends EmbeddedChannel implements DuplexChannel {
  private boolean stalled;
  private boolean wantsRead;
  private boolean outputShut;
  private long taken;
  private long checksum;

  /** The handler is added once the channel's own fields are there. */
  static StallingChannel with(ChannelHandler handler) {
    return with(handler, new StallingChannel());
  }

  /** The same, with a clock that the test moves. */
  static StallingChannel frozen(ChannelHandler handler) {
    var channel = new StallingChannel();
    channel.freezeTime();
    return with(handler, channel);
  }

  private static StallingChannel with(ChannelHandler handler, StallingChannel channel) {
    channel.config().setOption(ChannelOption.AUTO_READ, false);
    channel
        .config()
        .setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32_768, 65_536));
    channel.pipeline().addLast(handler);
    channel.pipeline().fireChannelActive();
    channel.runPendingTasks();
    return channel;
  }

  /** The peer does not read. */
  void stall() {
    stalled = true;
  }

  /** The peer reads again. */
  void goOn() {
    stalled = false;
    flush();
    runPendingTasks();
  }

  /** Whether bytes that have come would be read. */
  boolean wantsRead() {
    return wantsRead;
  }

  /** One read of the connection. */
  void deliver(ByteBuf bytes) {
    wantsRead = false;
    writeInbound(bytes);
  }

  /** Bytes that wait for the peer to read. */
  long pending() {
    var buffer = unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  /** Bytes that the peer has read. */
  long taken() {
    drain();
    return taken;
  }

  /** Of all bytes that the peer has read, in order. */
  long checksum() {
    drain();
    return checksum;
  }

  /** What {@link #checksum} is after these bytes follow. */
  static long checksum(long before, ByteBuf bytes) {
    long sum = before;
    for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
      sum = sum * 31 + bytes.getByte(i);
    }
    return sum;
  }

  private void drain() {
    for (ByteBuf out = readOutbound(); out != null; out = readOutbound()) {
      taken += out.readableBytes();
      checksum = checksum(checksum, out);
      out.release();
    }
  }

  /** What waits then is lost, as on a socket. */
  @Override
  public ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    outputShut = true;
    return promise.setSuccess();
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShut;
  }

  @Override
  public boolean isInputShutdown() {
    return false;
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public ChannelFuture shutdownInput() {
    throw unexpected();
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    throw unexpected();
  }

  @Override
  public ChannelFuture shutdown() {
    throw unexpected();
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    throw unexpected();
  }

  @Override
  protected void doBeginRead() {
    wantsRead = true;
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) throws Exception {
    if (!stalled && !outputShut) {
      super.doWrite(in);
    }
  }

  /** A codec says that it is done; it never stops the other side from talking. */
  private static AssertionError unexpected() {
    return new AssertionError("only the output is shut down");
  }
}

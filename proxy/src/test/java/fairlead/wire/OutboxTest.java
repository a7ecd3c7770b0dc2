package fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.exchange.ConnectionEvents;
import fairlead.server.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On real sockets, as what leaves beside the channel leaves nowhere else. */
class OutboxTest {
  private static final int LARGE = 32 * 1024;
  private static final byte[] SMALL = "small".getBytes(StandardCharsets.US_ASCII);
  private static final int PATIENCE_MILLIS = 5000;

  private final EventLoopGroup loops =
      new EventLoops(1, new DefaultThreadFactory("outbox"), EpollIoHandler.newFactory());
  private final BlockingQueue<Plain> accepted = new LinkedBlockingQueue<>();
  private Channel listener;
  private Socket peer;
  private Plain connection;
  private long heard;
  private long heardSum;

  @BeforeEach
  void connect() throws Exception {
    listener =
        new ServerBootstrap()
            .group(loops)
            .channel(EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    var made = new Plain();
                    channel.pipeline().addLast(made);
                    accepted.add(made);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    peer = new Socket();
    peer.setReceiveBufferSize(16 * 1024); // so that much of what is sent has to wait
    peer.setSoTimeout(PATIENCE_MILLIS);
    peer.connect(listener.localAddress());
    connection = accepted.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  @AfterEach
  void close() throws Exception {
    peer.close();
    listener.close().sync();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  @Test
  void muchLeavesBehindTheReadThatBroughtIt() throws Exception {
    var data = large(1);

    int within =
        onLoop(
            () -> {
              connection.outbox().add(data);
              connection.turn().readDone();
              return peer.getInputStream().readNBytes(1024).length; // before the turn ends
            });

    assertThat(within).isEqualTo(1024);
    assertThat(peer.getInputStream().readNBytes(LARGE - 1024)).hasSize(LARGE - 1024);
    assertThat(data.refCnt()).isZero();
  }

  @Test
  void littleLeavesInOneWriteAtTheEndOfTheTurn() throws Exception {
    int within =
        onLoop(
            () -> {
              connection.outbox().room(5).writeBytes(SMALL);
              connection.outbox().add(Unpooled.directBuffer().writeZero(8000));
              connection.turn().readDone();
              return peer.getInputStream().available();
            });

    assertThat(within).isZero();
    assertThat(peer.getInputStream().readNBytes(8005)).hasSize(8005).startsWith(SMALL);
  }

  @Test
  void whatIsWrittenArrivesOnceAndInOrderHoweverSlowlyThePeerReads() throws Exception {
    var random = new Random(14);
    long[] sent = new long[2];
    for (int turn = 0; turn < 300; turn++) {
      int pieces = 1 + random.nextInt(random.nextInt(20) == 0 ? 40 : 4);
      onLoop(
          () -> {
            for (int i = 0; i < pieces; i++) {
              var piece = anyPiece(random);
              sent[1] = sum(sent[1], piece);
              sent[0] += piece.readableBytes();
              if (piece.readableBytes() < 100) {
                connection.outbox().room(100).writeBytes(piece);
                piece.release();
              } else {
                connection.outbox().add(piece);
              }
              if (random.nextInt(3) == 0) {
                connection.turn().readDone();
              }
            }
            return pieces;
          });
      if (random.nextInt(4) == 0) { // else it waits
        read(random.nextInt(60_000), sent[0]);
      }
    }
    read(Integer.MAX_VALUE, sent[0]);

    assertThat(heard).isEqualTo(sent[0]);
    assertThat(heardSum).isEqualTo(sent[1]);
    assertThat(onLoop(() -> connection.outbox().sent())).isEqualTo(sent[0]);
    assertThat(onLoop(() -> connection.outbox().handedOver())).isEqualTo(sent[0]);
  }

  @Test
  void fault26_aLittleOfEachOfManyTurnsThatWaitsTakesLittleMemory() throws Exception {
    writeUntilItWaits();
    long before = onLoop(this::waitingRoom);
    for (int turn = 0; turn < 100; turn++) {
      onLoop(() -> connection.outbox().room(5).writeBytes(SMALL).readableBytes());
    }

    assertThat(onLoop(this::waitingRoom) - before).isBetween(100L * 5, 100L * 64);
  }

  private void writeUntilItWaits() throws Exception {
    while (!onLoop(() -> connection.outbox().isWaiting())) {
      onLoop(
          () -> {
            connection.outbox().add(large(1));
            return 0;
          });
    }
  }

  /** Bytes of the buffers that wait in the channel. */
  private long waitingRoom() throws Exception {
    long[] sum = new long[1];
    var waiting = connection.context().channel().unsafe().outboundBuffer();
    waiting.forEachFlushedMessage(
        message -> {
          sum[0] += message instanceof ByteBuf bytes ? bytes.capacity() : 0;
          return true;
        });
    return sum[0];
  }

  @Test
  void aPeerThatIsGoneClosesTheConnectionAtTheEndOfTheTurnOnly() throws Exception {
    peer.setSoLinger(true, 0);
    var data = large(1);
    var more = large(2);

    boolean within =
        onLoop(
            () -> {
              peer.close(); // a reset
              connection.outbox().add(data);
              connection.turn().readDone();
              connection.outbox().add(more);
              connection.turn().readDone();
              return connection.context().channel().isOpen();
            });

    assertThat(within).isTrue();
    assertThat(connection.gone.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    assertThat(data.refCnt()).isZero();
    assertThat(more.refCnt()).isZero();
  }

  @Test
  void whatOthersWroteAndDidNotFlushComesFirst() throws Exception {
    onLoop(
        () -> {
          var _ = connection.context().write(Unpooled.copiedBuffer(SMALL));
          connection.outbox().add(large(7));
          connection.turn().readDone();
          return 0;
        });
    onLoop(
        () -> {
          var _ = connection.context().write(Unpooled.copiedBuffer(SMALL));
          connection.outbox().flushSoon();
          return 0;
        });

    var in = peer.getInputStream();
    assertThat(in.readNBytes(SMALL.length)).isEqualTo(SMALL);
    assertThat(in.readNBytes(LARGE)[LARGE - 1]).isEqualTo((byte) 7);
    assertThat(in.readNBytes(SMALL.length)).isEqualTo(SMALL);
  }

  @Test
  void nothingGoesRoundAHandlerThatChangesTheBytes() throws Exception {
    onLoop(
        () -> {
          connection.context().pipeline().addFirst(new Zeroes());
          connection.outbox().add(large(7));
          connection.turn().readDone();
          return 0;
        });

    var zeroes = new byte[LARGE];
    assertThat(Arrays.equals(peer.getInputStream().readNBytes(LARGE), zeroes)).isTrue();
  }

  @Test
  void fault26_whereMemoryIsSpentWhoTakesWhatItIsSentIsServedOn() throws Exception {
    spendMemory();
    for (int turn = 0; turn < 100; turn++) { // far more than the reserve has at once
      peer.getOutputStream().write(SMALL);
      assertThat(connection.read.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(5);

      int most =
          onLoop(
              () -> {
                for (int i = 0; i < 10; i++) {
                  connection.outbox().add(large(1).writerIndex(4000));
                  connection.turn().readDone();
                }
                return connection.outbox().room(1).writableBytes();
              });

      assertThat(most).isPositive();
      assertThat(peer.getInputStream().readNBytes(40_000)).hasSize(40_000).endsWith(1, 1);
    }
  }

  @Test
  void fault26_whereMemoryIsSpentWhoIsSlowLosesItsConnectionAndTheReserveIsKept() throws Exception {
    spendMemory();
    int before = onLoop(OutboxTest::countReserve);

    for (int turn = 0; connection.gone.isEmpty(); turn++) {
      assertThat(turn).as("turns, of which the peer reads nothing").isLessThan(10_000);
      onLoop(
          () -> {
            connection.outbox().add(large(1).writerIndex(4000));
            return 0;
          });
    }

    assertThat(connection.cause()).isInstanceOf(OutOfMemoryError.class);
    assertThat(onLoop(OutboxTest::countReserve)).isEqualTo(before).isPositive();
  }

  @Test
  void fault26_whereMemoryIsSpentWhoHasSomethingWaitingGetsNoMore() throws Exception {
    writeUntilItWaits();
    spendMemory();

    assertThatThrownBy(() -> onLoop(() -> connection.outbox().room(1)))
        .hasCauseInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void fault26_whereMemoryIsSpentWhatWasToGoBehindAFrameIsNotHeldForEver() throws Exception {
    writeUntilItWaits();
    spendMemory();
    var data = large(1);

    assertThatThrownBy(() -> onLoop(() -> connection.outbox().roomBefore(data, 9)))
        .hasCauseInstanceOf(OutOfMemoryError.class);
    assertThat(data.refCnt()).isZero();
  }

  private void spendMemory() throws Exception {
    onLoop(() -> connection.context().channel().config().setAllocator(new SpentAllocator()));
  }

  private static int countReserve() {
    var all = new ArrayList<ByteBuf>();
    for (var one = SpareBuffers.reserve(); one != null; one = SpareBuffers.reserve()) {
      all.add(one);
    }
    all.forEach(SpareBuffers::give);
    return all.size();
  }

  /** Reads some bytes, and all that are still to come when that is fewer. */
  private void read(int most, long sent) throws IOException {
    InputStream in = peer.getInputStream();
    byte[] some = new byte[LARGE];
    for (long left = Math.min(most, sent - heard); left > 0; ) {
      int count = in.read(some, 0, (int) Math.min(some.length, left));
      assertThat(count).isPositive();
      heardSum = sum(heardSum, Unpooled.wrappedBuffer(some, 0, count));
      heard += count;
      left -= count;
    }
  }

  private static ByteBuf anyPiece(Random random) {
    int bytes =
        switch (random.nextInt(4)) {
          case 0 -> 1 + random.nextInt(99);
          case 1 -> 100 + random.nextInt(8000);
          default -> random.nextInt(50_000);
        };
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    return random.nextInt(5) == 0
        ? Unpooled.wrappedBuffer(content)
        : Unpooled.directBuffer(Math.max(1, bytes)).writeBytes(content);
  }

  private static long sum(long before, ByteBuf bytes) {
    long sum = before;
    for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
      sum = sum * 31 + bytes.getByte(i);
    }
    return sum;
  }

  private static ByteBuf large(int value) {
    var data = Unpooled.directBuffer(LARGE);
    for (int i = 0; i < LARGE; i++) {
      data.writeByte(value);
    }
    return data;
  }

  private <T> T onLoop(Callable<T> task) throws Exception {
    return connection
        .context()
        .executor()
        .submit(task)
        .get(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Nobody counts. */
  private static final class Uncounted implements ConnectionEvents {
    @Override
    public void opened() {}

    @Override
    public void bytes(long received, long sent) {}

    @Override
    public void closed(long nanos, long in, long out, long requests, @Nullable Throwable cause) {}
  }

  /** A connection that only sends. */
  private static final class Plain extends Connection {
    private final BlockingQueue<Boolean> gone = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> read = new LinkedBlockingQueue<>();

    Plain() {
      super(new Uncounted());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      attach(context, () -> {});
    }

    @Override
    protected void readComplete() {
      context().read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      read.add(((ByteBuf) message).readableBytes());
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      closed();
      gone.add(true);
    }
  }

  private static final class Zeroes extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      int bytes = ((ByteBuf) message).readableBytes();
      ReferenceCountUtil.release(message);
      var _ = context.write(context.alloc().buffer(bytes).writeZero(bytes), promise);
    }
  }
}

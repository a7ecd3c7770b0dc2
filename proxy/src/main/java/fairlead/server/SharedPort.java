package fairlead.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the sockets that listen on one port the kernel gives new connections to (decision 24).
 * Linux and epoll; elsewhere nothing is steered. Any thread.
 */
public final class SharedPort {
  private static final Logger LOG = LoggerFactory.getLogger(SharedPort.class);

  /** Of {@code asm-generic/socket.h} and {@code linux/tcp.h}, on x86 and on ARM. */
  private static final int SOL_SOCKET = 1;

  private static final int SO_ATTACH_FILTER = 26;
  private static final int SO_ATTACH_REUSEPORT_CBPF = 51;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;

  /** {@code struct sock_fprog}: a short, and a pointer behind a gap. */
  private static final int PROGRAM_BYTES = 16;

  private static final int POINTER_AT = 8;

  /** {@code tcpi_unacked}: of a listening socket, how many connections wait in its queue. */
  private static final int WAITING_AT = 24;

  private static final RawUnixChannelOption FILTER =
      new RawUnixChannelOption("SO_ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, PROGRAM_BYTES);
  private static final RawUnixChannelOption CHOICE =
      new RawUnixChannelOption(
          "SO_ATTACH_REUSEPORT_CBPF", SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, PROGRAM_BYTES);
  private static final RawUnixChannelOption INFO =
      new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, TCP_INFO, 28);

  /** One instruction of classic BPF, {@code struct sock_filter}. */
  private record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

  // What the instructions of linux/filter.h do with the accumulator.
  private static final int LOAD_BYTE = 0x30;
  private static final int LOAD_WORD = 0x20;
  private static final int AND = 0x54;
  private static final int MODULO = 0x94;
  private static final int ADD = 0x04;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int RETURN = 0x06;
  private static final int RETURN_ACCUMULATOR = 0x16;

  /** A load from here yields a random number. */
  private static final int RANDOM = -0x1000 + 56;

  private static final int FLAGS_AT = 13;
  private static final int SYN = 0x02;
  private static final int SYN_OR_ACK = 0x12;

  private static final Path TCP = Path.of("/proc/net/tcp");
  private static final Path TCP6 = Path.of("/proc/net/tcp6");
  private static final String LISTEN = "0A";

  private SharedPort() {}

  /** How many sockets of anybody listen on exactly this address; 0 where it cannot be told. */
  static int sockets(InetSocketAddress address) {
    String wanted = shown(address);
    Path table = address.getAddress().getAddress().length == 4 ? TCP : TCP6;
    try (Stream<String> rows = Files.lines(table)) {
      return (int) rows.filter(row -> listens(row, wanted)).count();
    } catch (IOException _) { // not Linux
      return 0;
    }
  }

  private static boolean listens(String row, String address) {
    String[] columns = row.strip().split(" +", 5);
    return columns.length == 5 && columns[1].equals(address) && columns[3].equals(LISTEN);
  }

  /** As in the kernel's tables: words in its own byte order. */
  private static String shown(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    var bytes = ByteBuffer.wrap(ip.getAddress()).order(ByteOrder.nativeOrder());
    var text = new StringBuilder();
    while (bytes.hasRemaining()) {
      text.append("%08X".formatted(bytes.getInt()));
    }
    return text.append(":%04X".formatted(address.getPort())).toString();
  }

  /**
   * From now on new connections go to {@code count} sockets alone, in the order in which they began
   * to listen, from the one with number {@code first}. Where there are no such sockets any more,
   * all get some again.
   *
   * @param any of the sockets
   * @return whether the kernel does so
   */
  static boolean steer(Channel any, int first, int count) {
    return attach(
        any,
        CHOICE,
        new Instruction(LOAD_WORD, 0, 0, RANDOM),
        new Instruction(MODULO, 0, 0, count),
        new Instruction(ADD, 0, 0, first),
        new Instruction(RETURN_ACCUMULATOR, 0, 0, 0));
  }

  /** From now on all sockets get new connections: a number that no socket has. */
  static boolean steerToAll(Channel any) {
    return attach(any, CHOICE, new Instruction(RETURN, 0, 0, -1));
  }

  /**
   * From now on no new connection begins at this socket: who asks for one is not answered, and asks
   * again after a second. Those that have begun are completed.
   */
  static boolean refuseNew(Channel listening) {
    return attach(
        listening,
        FILTER,
        new Instruction(LOAD_BYTE, 0, 0, FLAGS_AT),
        new Instruction(AND, 0, 0, SYN_OR_ACK),
        new Instruction(JUMP_IF_EQUAL, 0, 1, SYN),
        new Instruction(RETURN, 0, 0, 0),
        new Instruction(RETURN, 0, 0, -1));
  }

  /** How many connections wait to be accepted; 0 where it cannot be told. */
  static int waiting(Channel listening) {
    try {
      ByteBuffer info = listening.config().getOption(INFO);
      return info == null ? 0 : info.order(ByteOrder.nativeOrder()).getInt(WAITING_AT);
    } catch (ChannelException closed) {
      LOG.debug("{}: {}", listening, closed.toString());
      return 0;
    }
  }

  private static boolean attach(
      Channel socket, RawUnixChannelOption option, Instruction... instructions) {
    if (!(socket instanceof EpollServerSocketChannel) || !socket.isOpen()) {
      return false;
    }
    ByteBuf code = Unpooled.directBuffer(instructions.length * 8);
    try {
      ByteBuffer written = code.internalNioBuffer(0, code.capacity());
      written.order(ByteOrder.nativeOrder());
      for (Instruction each : instructions) {
        written.putShort((short) each.code).put((byte) each.ifTrue).put((byte) each.ifFalse);
        written.putInt(each.operand);
      }
      var program = ByteBuffer.allocateDirect(PROGRAM_BYTES).order(ByteOrder.nativeOrder());
      program.putShort(0, (short) instructions.length).putLong(POINTER_AT, code.memoryAddress());
      return socket.config().setOption(option, program);
    } catch (ChannelException | UnsupportedOperationException refused) {
      LOG.warn("{}: {}: {}", socket.localAddress(), option.name(), refused.getMessage());
      return false;
    } finally {
      code.release();
    }
  }
}

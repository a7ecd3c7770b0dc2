package fairlead.bench.load;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/**
 * The system calls of a generator that must be on time to microseconds and allocate nothing: {@code
 * java.nio} waits in milliseconds, and allocates when it selects. Addresses are native pointers.
 * Constants are Linux's.
 */
final class Kernel {
  static final int POLLIN = 1;
  static final int POLLOUT = 4;
  static final int POLLERR = 8;

  private static final int AF_INET = 2;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int PR_SET_TIMERSLACK = 29;
  private static final int SOCKADDR_IN_BYTES = 16;
  private static final int INT_BYTES = 4;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private static final MethodHandle SOCKET = function("socket", INT, INT, INT, INT);
  private static final MethodHandle CONNECT = function("connect", INT, INT, LONG, INT);
  private static final MethodHandle SETSOCKOPT =
      function("setsockopt", INT, INT, INT, INT, LONG, INT);
  private static final MethodHandle SEND = function("send", LONG, INT, LONG, LONG, INT);
  private static final MethodHandle RECV = function("recv", LONG, INT, LONG, LONG, INT);
  private static final MethodHandle CLOSE = function("close", INT, INT);
  private static final MethodHandle PPOLL = function("ppoll", INT, LONG, LONG, LONG, LONG);
  private static final MethodHandle PRCTL = function("prctl", INT, INT, LONG, LONG, LONG, LONG);

  private static final MemorySegment ONE = Arena.global().allocateFrom(INT, 1);

  private Kernel() {}

  @SuppressWarnings("restricted") // What this class is for.
  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, parameters));
  }

  /** An IPv4 loopback address with this port, as {@link #connect} wants it. */
  static MemorySegment loopback(int port, Arena arena) {
    MemorySegment address = arena.allocate(SOCKADDR_IN_BYTES, INT_BYTES);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
    address.set(ValueLayout.JAVA_SHORT, 2, Short.reverseBytes((short) port));
    address.set(ValueLayout.JAVA_INT, INT_BYTES, Integer.reverseBytes(0x7F000001));
    return address;
  }

  /** A new TCP socket that never blocks; negative when there are no more. */
  static int socket() {
    try {
      int socket = (int) SOCKET.invokeExact(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      int _ =
          (int) SETSOCKOPT.invokeExact(socket, IPPROTO_TCP, TCP_NODELAY, ONE.address(), INT_BYTES);
      return socket;
    } catch (Throwable never) {
      throw impossible(never);
    }
  }

  /** Begins to connect; {@link #POLLOUT} tells when it has, {@link #POLLERR} when it has not. */
  static void connect(int socket, MemorySegment address) {
    try {
      int _ = (int) CONNECT.invokeExact(socket, address.address(), SOCKADDR_IN_BYTES);
    } catch (Throwable never) {
      throw impossible(never);
    }
  }

  /** Bytes sent; negative when none can be now. */
  static long send(int socket, long from, long bytes) {
    try {
      return (long) SEND.invokeExact(socket, from, bytes, MSG_NOSIGNAL);
    } catch (Throwable never) {
      throw impossible(never);
    }
  }

  /** Bytes received; 0 at the end of the connection, negative when there are none now. */
  static long receive(int socket, long to, long bytes) {
    try {
      return (long) RECV.invokeExact(socket, to, bytes, 0);
    } catch (Throwable never) {
      throw impossible(never);
    }
  }

  static void close(int socket) {
    try {
      int _ = (int) CLOSE.invokeExact(socket);
    } catch (Throwable never) {
      throw impossible(never);
    }
  }

  /**
   * Waits until one of the sockets is ready or the time is over.
   *
   * @param sockets {@code struct pollfd}s
   * @param time a {@code struct timespec}
   * @return how many are ready; negative when interrupted
   */
  static int poll(MemorySegment sockets, int count, MemorySegment time) {
    try {
      return (int) PPOLL.invokeExact(sockets.address(), (long) count, time.address(), 0L);
    } catch (Throwable never) {
      throw impossible(never);
    }
  }

  /** This thread's waits end when they should, not up to 50 µs later. */
  static void wakeOnTime() {
    try {
      int _ = (int) PRCTL.invokeExact(PR_SET_TIMERSLACK, 1L, 0L, 0L, 0L);
    } catch (Throwable never) {
      throw impossible(never);
    }
  }

  private static AssertionError impossible(Throwable never) {
    return new AssertionError(Objects.toString(never.getMessage()), never);
  }
}

package fairlead.bench.load;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One connection with at most one request under way; connects when it is first used, and again
 * after it was closed. One thread; allocates nothing per request.
 */
final class Connection {
  /** What a step led to. */
  enum Progress {
    /** More must come. */
    GOING,
    ANSWERED,
    FAILED,
    /** Closed by the proxy while nothing was under way. */
    LEFT
  }

  private static final int CLOSED = -1;

  private final MemorySegment address;
  private final boolean closeEach;

  /** For answers' heads. */
  private final MemorySegment head;

  /** For bodies, which nobody looks at. */
  private final MemorySegment sink;

  private int socket = CLOSED;
  private MemorySegment request = MemorySegment.NULL;
  private long sent;
  private int headBytes;
  private long bodyBytesLeft;
  private long due;
  private boolean busy;
  private boolean bodyBegun;

  Connection(MemorySegment address, boolean closeEach, MemorySegment sink, Arena arena) {
    this.address = address;
    this.closeEach = closeEach;
    this.sink = sink;
    this.head = arena.allocate(16 * 1024);
  }

  /** -1 when closed. */
  int socket() {
    return socket;
  }

  /** When the request under way was due. */
  long due() {
    return due;
  }

  boolean isBusy() {
    return busy;
  }

  /** For what {@link #step} must be called next. */
  int interest() {
    return busy && sent < request.byteSize() ? Kernel.POLLOUT | Kernel.POLLIN : Kernel.POLLIN;
  }

  /** Sends {@code next}, at once or as soon as the connection stands. */
  void begin(MemorySegment next, long dueAt) {
    if (socket == CLOSED) {
      socket = Kernel.socket();
      Kernel.connect(socket, address);
    }
    request = next;
    due = dueAt;
    sent = 0;
    headBytes = 0;
    bodyBegun = false;
    busy = true;
    send();
  }

  /** Goes on after the socket was said to be {@code ready}. */
  Progress step(int ready) {
    if (!busy) {
      close();
      return Progress.LEFT;
    }
    if ((ready & Kernel.POLLERR) != 0) {
      return failed();
    }
    if ((ready & Kernel.POLLOUT) != 0) {
      send();
    }
    return (ready & ~(Kernel.POLLOUT | Kernel.POLLERR)) == 0 ? Progress.GOING : receive();
  }

  /** Breaks the request under way off. */
  Progress failed() {
    busy = false;
    close();
    return Progress.FAILED;
  }

  void close() {
    if (socket != CLOSED) {
      Kernel.close(socket);
      socket = CLOSED;
    }
  }

  private void send() {
    long now = Kernel.send(socket, request.address() + sent, request.byteSize() - sent);
    sent += Math.max(0, now);
  }

  private Progress receive() {
    return bodyBegun ? receiveBody() : receiveHead();
  }

  private Progress receiveHead() {
    long got = Kernel.receive(socket, head.address() + headBytes, head.byteSize() - headBytes);
    if (got <= 0) {
      return got == 0 ? failed() : Progress.GOING;
    }
    int before = headBytes;
    headBytes += (int) got;
    int end = AnswerHead.end(head, before, headBytes);
    if (end < 0) {
      return headBytes == head.byteSize() ? failed() : Progress.GOING;
    }
    long body = AnswerHead.bodyBytes(head, end);
    if (!AnswerHead.isOk(head) || body < 0) {
      return failed();
    }
    bodyBegun = true;
    bodyBytesLeft = body - (headBytes - end);
    return bodyBytesLeft > 0 ? receiveBody() : answered();
  }

  private Progress receiveBody() {
    long got = Kernel.receive(socket, sink.address(), Math.min(sink.byteSize(), bodyBytesLeft));
    if (got == 0) {
      return failed();
    }
    bodyBytesLeft -= Math.max(0, got);
    return bodyBytesLeft > 0 ? Progress.GOING : answered();
  }

  private Progress answered() {
    busy = false;
    if (closeEach) {
      close();
    }
    return Progress.ANSWERED;
  }
}

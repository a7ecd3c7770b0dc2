package fairlead.client;

import fairlead.exchange.BackendStream;
import fairlead.exchange.CallerStream;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Filter;
import fairlead.exchange.Lateness;
import fairlead.exchange.Limits;
import fairlead.exchange.Turn;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first exchange of a connection, by which the endpoint proves that it is the service it is
 * listed as (fault 19). Event loop only.
 */
final class Proof implements CallerStream {
  private static final Limits LIMITS = new Limits(0, 0, 0);
  private static final int MOST_BYTES = 64 * 1024;
  private static final int SHOWN_LETTERS = 64;

  private final VerifyConfig config;
  private final InetSocketAddress address;
  private final EventLoop loop;
  private final Runnable giveUp;
  private final Lateness lateness = new Lateness();
  private @Nullable Future<?> timer;
  private long dueNanos;
  private int bytes;
  private boolean whole;
  private @Nullable Exception problem;

  /**
   * Not asked for yet.
   *
   * @param giveUp closes the connection, once it is known to be of no use
   */
  Proof(VerifyConfig config, InetSocketAddress address, EventLoop loop, Runnable giveUp) {
    this.config = config;
    this.address = address;
    this.loop = loop;
    this.giveUp = giveUp;
  }

  /** Asks for it. */
  void askOn(BackendStream stream) {
    var request = Head.request("GET", config.path());
    request.add(HeaderNames.HOST, NetUtil.toSocketAddressString(address));
    arm(config.timeout().toNanos());
    new Exchange(this, request, new Filter[0], true, LIMITS, Turn.of(loop)).attach(stream);
  }

  /** Whether the answer is whole, and as it should be. */
  boolean isGiven() {
    return whole && problem == null;
  }

  /** Why the connection, which is gone, is of no use. */
  Exception problem() {
    stop();
    if (problem != null) {
      return problem;
    }
    return whole
        ? unanswered("it closed the connection behind its answer, and must not")
        : unanswered("it closed the connection");
  }

  private IOException unanswered(String how) {
    return new IOException("it did not prove which service it is: " + asked() + ": " + how);
  }

  private String asked() {
    return "GET " + config.path();
  }

  private void fail(Exception why) {
    if (problem == null && !whole) {
      problem = why;
      stop();
      giveUp.run();
    }
  }

  private void done() {
    if (problem == null) {
      whole = true;
      stop();
    }
  }

  private @Nullable String difference(Head answer) {
    if (answer.status() != config.status()) {
      return "with status " + answer.status() + " and not " + config.status();
    }
    String header = config.header();
    if (header == null) {
      return null;
    }
    String said = answer.first(header);
    if (said == null) {
      return "without '" + header + ": " + config.value() + "'";
    }
    return said.equals(config.value())
        ? null
        : "with '" + header + ": " + cut(said) + "' and not '" + config.value() + "'";
  }

  private static String cut(String said) {
    return said.length() <= SHOWN_LETTERS ? said : said.substring(0, SHOWN_LETTERS) + "…";
  }

  private void arm(long nanos) {
    dueNanos = loop.ticker().nanoTime() + nanos;
    timer = loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
  }

  private void check() {
    long more = lateness.grace(loop.ticker().nanoTime() - dueNanos);
    if (more > 0) {
      arm(more);
    } else {
      fail(unanswered("no answer within " + config.timeout().toMillis() + " ms"));
    }
  }

  private void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  // What the endpoint says.

  @Override
  public void interim(Head head) {}

  @Override
  public void head(Head head, boolean end) {
    String difference = difference(head);
    if (difference != null) {
      fail(
          new WrongServiceException(
              "it is not the service it is listed as: it answers " + asked() + " " + difference));
    } else if (end) {
      done();
    }
  }

  @Override
  public void tunnel(Head head, @Nullable String protocol) {
    fail(unanswered("it opened a tunnel"));
  }

  @Override
  public void data(ByteBuf data) {
    bytes += data.readableBytes();
    data.release();
    if (bytes > MOST_BYTES) {
      fail(unanswered("its answer is longer than " + MOST_BYTES + " bytes"));
    }
  }

  @Override
  public void end(@Nullable Fields trailers) {
    done();
  }

  @Override
  public ErrorCode resetFor(Failure failure) {
    fail(unanswered(failure.text()));
    return ErrorCode.CANCEL;
  }

  @Override
  public void reset(ErrorCode why) {
    fail(unanswered("it broke its answer off"));
  }

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public void reading(boolean on) {}

  @Override
  public SocketAddress peer() {
    return address;
  }

  @Override
  public SocketAddress local() {
    return address;
  }
}

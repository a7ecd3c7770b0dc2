package fairlead.http1;

import fairlead.exchange.BackendStream;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Exchange;
import fairlead.exchange.Limits;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.wire.HeadLimits;
import fairlead.wire.NotingOwner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a caller's connection made of a stream of bytes, with a backend that says {@code ok} to each
 * request once it is whole.
 *
 * @param answers all that was sent to the caller
 * @param closed whether the connection was closed in the end
 * @param reached the requests that reached the backend, whole or not
 */
record Served(String answers, boolean closed, List<Request> reached) {
  /** What the backend got of one request. */
  record Request(String head, String body, List<String> trailers, End end) {}

  /** How it ended for the backend. */
  enum End {
    WHOLE,
    RESET,
    OPEN
  }

  /** Cuts are places in {@code bytes}, ascending; each piece is one read. */
  static Served of(String bytes, int... cuts) {
    var reached = new ArrayList<Recorder>();
    var settings =
        new ServerSettings(HeadLimits.DEFAULT, new Limits(1 << 20, 8192, 5120), null, null);
    var codec =
        new ServerCodec(
            settings,
            exchange -> {
              var recorder = new Recorder();
              reached.add(recorder);
              exchange.attach(recorder);
            },
            new NotingOwner());
    var channel = new EmbeddedChannel(codec);
    int from = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i == cuts.length ? bytes.length() : cuts[i];
      if (channel.isOpen()) {
        channel.writeInbound(
            Unpooled.copiedBuffer(bytes.substring(from, to), StandardCharsets.ISO_8859_1));
      }
      from = to;
    }
    channel.advanceTimeBy(3, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    boolean closed = !channel.isOpen();
    var answers = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      answers.append(out.toString(StandardCharsets.ISO_8859_1));
      out.release();
    }
    var requests = reached.stream().map(Recorder::request).toList();
    channel.finishAndReleaseAll();
    return new Served(answers.toString(), closed, requests);
  }

  /** The statuses of all answers, in order. */
  List<Integer> statuses() {
    var matcher = java.util.regex.Pattern.compile("HTTP/1\\.[01] (\\d{3}) ").matcher(answers);
    return matcher.results().map(r -> Integer.parseInt(r.group(1))).toList();
  }

  private static final class Recorder implements BackendStream {
    private final StringBuilder body = new StringBuilder();
    private @Nullable Exchange exchange;
    private String head = "";
    private List<String> trailers = List.of();
    private End end = End.OPEN;

    Request request() {
      return new Request(head, body.toString(), trailers, end);
    }

    @Override
    public void begin(Exchange asking, Head request, boolean last) {
      exchange = asking;
      head = Heads.written(request, Framing.toBackend(request));
      if (last) {
        end(null);
      }
    }

    @Override
    public void data(ByteBuf data) {
      body.append(data.toString(StandardCharsets.ISO_8859_1));
      data.release();
    }

    @Override
    public void end(@Nullable Fields fields) {
      end = End.WHOLE;
      trailers = fields == null ? List.of() : Wire.lines(fields);
      if (exchange != null) {
        var ok = Head.response(200, "OK");
        ok.receivedContentLength(2);
        exchange.responseHead(ok, false);
        exchange.responseData(Unpooled.copiedBuffer("ok", StandardCharsets.US_ASCII));
        exchange.responseEnd(null);
      }
    }

    @Override
    public void reset(ErrorCode why) {
      end = End.RESET;
    }

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public void reading(boolean on) {}
  }
}

package fairlead.bench;

import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.http.HopByHop;
import fairlead.http.Via;
import fairlead.http1.Framing;
import fairlead.http1.HeadParser;
import fairlead.http1.HeadWriter;
import fairlead.http1.ParseResult;
import fairlead.wire.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A request head through the codec: parsed, and parsed, changed and written as the router does. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeadBench {
  private static final String REQUEST =
      """
      GET /users/42/orders?limit=20 HTTP/1.1
      Host: orders
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0
      Accept: application/json
      Accept-Encoding: gzip, deflate
      Authorization: Bearer 0123456789abcdef0123456789abcdef
      Cookie: session=0123456789abcdef; theme=dark
      X-Forwarded-For: 192.0.2.7
      Connection: keep-alive

      """;

  private final ByteBuf in =
      Unpooled.directBuffer()
          .writeBytes(REQUEST.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
  private final ByteBuf out = Unpooled.directBuffer(4096);
  private final HeadParser parser = HeadParser.ofRequests(HeadLimits.DEFAULT);
  private final Head head = new Head();

  @Benchmark
  public ParseResult parse() {
    in.readerIndex(0);
    return parser.parse(in, head);
  }

  @Benchmark
  public ByteBuf parseChangeAndWrite() {
    in.readerIndex(0);
    parser.parse(in, head);
    HopByHop.strip(head);
    Via.append(head);
    head.set(HeaderNames.L5D_DST_SERVICE, "/svc/orders");
    head.set(HeaderNames.L5D_DST_CLIENT, "/#/io.l5d.consul/.local/orders");
    HeadWriter.write(head, Framing.toBackend(head), out.clear());
    return out;
  }
}

package fairlead.http1;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import fairlead.exchange.BackendStream;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Limits;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.wire.HeadLimits;
import fairlead.wire.NotingOwner;
import fairlead.wire.Patience;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are compressed ({@code spec/http.md} §7.9, decision 16). */
class CompressionTest {
  private static final String TEXT = "all that is gold does not glitter\n".repeat(20);

  private final List<Exchange> asked = new ArrayList<>();
  private final List<EmbeddedChannel> channels = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  private EmbeddedChannel open(@Nullable Compression compression) {
    var settings =
        new ServerSettings(
            HeadLimits.DEFAULT,
            new Limits(1 << 20, 8192, 5120),
            null,
            null,
            Patience.DEFAULT,
            compression);
    var channel =
        new EmbeddedChannel(
            new Turns(),
            new ServerCodec(
                settings,
                exchange -> {
                  asked.add(exchange);
                  exchange.attach(new Silent());
                },
                new NotingOwner()));
    channels.add(channel);
    return channel;
  }

  private Exchange ask(EmbeddedChannel caller, String line, String... fields) {
    String head = line + "\r\nHost: a\r\n" + String.join("\r\n", fields);
    caller.writeInbound(
        Unpooled.copiedBuffer(
            head + (fields.length == 0 ? "\r\n" : "\r\n\r\n"), StandardCharsets.US_ASCII));
    return asked.getLast();
  }

  private static Head ok(String... fields) {
    return Heads.response(
        "HTTP/1.1 200 OK\r\n"
            + String.join("\r\n", fields)
            + (fields.length == 0 ? "" : "\r\n")
            + "\r\n");
  }

  private void say(Exchange exchange, Head head, String... parts) {
    turn(
        () -> {
          exchange.responseHead(head, false);
          for (String part : parts) {
            exchange.responseData(Unpooled.copiedBuffer(part, StandardCharsets.ISO_8859_1));
          }
          exchange.responseEnd(null);
        });
  }

  /** In one turn of the loop of the channel opened last. */
  private void turn(Runnable task) {
    channels.getLast().writeInbound(task);
  }

  /** What was sent since the last call. */
  private static byte[] sent(EmbeddedChannel caller) {
    caller.runPendingTasks();
    var all = new ByteArrayOutputStream();
    for (ByteBuf out = caller.readOutbound(); out != null; out = caller.readOutbound()) {
      all.writeBytes(ByteBufUtil.getBytes(out));
      out.release();
    }
    return all.toByteArray();
  }

  private static Reading.Message answer(EmbeddedChannel caller) {
    byte[] bytes = sent(caller);
    Reading reading = Wire.responses(new String(bytes, StandardCharsets.ISO_8859_1));
    assertThat(reading.end()).isEqualTo(new Reading.End.Clean());
    return reading.messages().getLast();
  }

  private static String inflated(Reading.Message answer, String coding) throws IOException {
    var bytes = new ByteArrayInputStream(answer.body().getBytes(StandardCharsets.ISO_8859_1));
    try (InputStream in =
        coding.equals("gzip") ? new GZIPInputStream(bytes) : new InflaterInputStream(bytes)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static boolean isCompressed(Reading.Message answer) {
    return answer.fields().stream().anyMatch(f -> f.startsWith("Content-Encoding: "));
  }

  private static int atWork(@Nullable Compression compression) {
    return requireNonNull(compression).deflaters().taken();
  }

  @ParameterizedTest
  @CsvSource({"gzip, -1", "gzip, 1", "gzip, 9", "deflate, -1", "deflate, 1", "deflate, 9"})
  void whatIsCompressedIsTheSame(String coding, int level) throws IOException {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(level);
    var compression = Compression.ofLevel(level);
    var caller = open(compression);
    for (int i = 0; i < 60; i++) {
      var parts = new String[random.nextInt(1, 6)];
      for (int part = 0; part < parts.length; part++) {
        byte[] noise = new byte[random.nextInt(1 << random.nextInt(16))];
        random.nextBytes(noise);
        parts[part] =
            random.nextBoolean()
                ? TEXT.repeat(random.nextInt(20))
                : new String(noise, StandardCharsets.ISO_8859_1);
      }
      var exchange = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: " + coding);

      say(exchange, ok("Content-Type: text/plain", "Transfer-Encoding: chunked"), parts);

      var answer = answer(caller);
      assertThat(answer.fields())
          .containsExactly(
              "Content-Type: text/plain",
              "Content-Encoding: " + coding,
              "Vary: Accept-Encoding",
              "Transfer-Encoding: chunked");
      assertThat(inflated(answer, coding)).isEqualTo(String.join("", parts));
    }
    assertThat(atWork(compression)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip | gzip",
        "x-gzip | gzip",
        "GZIP | gzip",
        "gzip, deflate, br, zstd | gzip",
        "deflate | deflate",
        "gzip;q=0.5, deflate | deflate",
        "gzip;q=0.5, deflate;q=0.500 | gzip",
        "* | gzip",
        "*;q=0.1 | gzip",
        "gzip;q=0, * | deflate",
        "br, *;q=0 | ",
        "gzip;q=0 | ",
        "gzip;q=0.000 | ",
        "gzip ; q=0 | ",
        "gzip;q=x | ",
        "gzip;q=2 | ",
        "br | ",
        "identity | ",
        "identity, gzip;q=0.5 | ",
        "identity;q=0.5, gzip | gzip",
        "identity;q=0, gzip;q=0 | ",
        "gzipped | ",
        "'' | "
      })
  void acceptEncodingDecides(String accepted, @Nullable String coding) {
    var caller = open(Compression.ofLevel(-1));
    var exchange = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: " + accepted);

    say(exchange, ok("Content-Type: text/html", "Content-Length: " + TEXT.length()), TEXT);

    var fields = answer(caller).fields();
    if (coding == null) {
      assertThat(fields)
          .containsExactly("Content-Type: text/html", "Content-Length: " + TEXT.length());
    } else {
      assertThat(fields).contains("Content-Encoding: " + coding, "Transfer-Encoding: chunked");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "TEXT/HTML; charset=utf-8",
        "text/event-stream",
        "image/svg+xml",
        "application/atom+xml",
        "application/javascript",
        "application/json",
        "application/json ;charset=utf-8",
        "application/rss+xml",
        "application/x-javascript",
        "application/xhtml+xml",
        "application/xml"
      })
  void textsAreCompressedByDefault(String type) throws IOException {
    var caller = open(Compression.ofLevel(-1));
    var exchange = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: gzip");

    say(exchange, ok("Content-Type: " + type, "Content-Length: " + TEXT.length()), TEXT);

    assertThat(inflated(answer(caller), "gzip")).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/png", "application/octet-stream", "application/jsonp", "text"})
  void otherTypesAreCompressedByALevelOnly(String type) {
    for (int level : new int[] {-1, 3}) {
      var caller = open(Compression.ofLevel(level));
      var exchange = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: gzip");

      say(exchange, ok("Content-Type: " + type, "Content-Length: " + TEXT.length()), TEXT);

      assertThat(isCompressed(answer(caller))).isEqualTo(level == 3);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Encoding: br",
        "Content-Encoding: gzip",
        "Content-Encoding: identity",
        "Cache-Control: no-transform",
        "Cache-Control: max-age=1, No-Transform",
        "Content-Range: bytes 0-679/999",
        "Content-MD5: x",
        "Digest: sha-256=x",
        "Content-Digest: sha-256=:x:",
        "Repr-Digest: sha-256=:x:"
      })
  void otherAnswersGoAsTheyAre(String field) {
    var compression = Compression.ofLevel(9);
    var caller = open(compression);
    var exchange = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: gzip");
    String length = "Content-Length: " + TEXT.length();

    say(exchange, ok("Content-Type: text/plain", field, "ETag: \"x\"", length), TEXT);

    var answer = answer(caller);
    assertThat(answer.body()).isEqualTo(TEXT);
    assertThat(answer.fields())
        .containsExactly("Content-Type: text/plain", field, "ETag: \"x\"", length);
  }

  @Test
  void partsGoAsTheyAre() {
    var caller = open(Compression.ofLevel(9));
    var exchange = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: gzip");

    say(exchange, Heads.response("HTTP/1.1 206 Partial\r\nContent-Length: 680\r\n\r\n"), TEXT);

    assertThat(answer(caller).body()).isEqualTo(TEXT);
  }

  @Test
  void smallBodiesGoAsTheyAre() {
    var caller = open(Compression.ofLevel(9));
    var small = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: gzip");
    say(small, ok("Content-Length: 149"), "x".repeat(149));
    assertThat(isCompressed(answer(caller))).isFalse();

    var enough = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: gzip");
    say(enough, ok("Content-Length: 150"), "x".repeat(150));
    assertThat(isCompressed(answer(caller))).isTrue();
  }

  @Test
  void callersThatDoNotWantItChangedGetItAsItIs() {
    var caller = open(Compression.ofLevel(9));
    var exchange =
        ask(caller, "GET / HTTP/1.1", "Accept-Encoding: gzip", "Cache-Control: no-transform");
    say(exchange, ok("Content-Length: " + TEXT.length()), TEXT);
    assertThat(isCompressed(answer(caller))).isFalse();

    say(ask(caller, "GET / HTTP/1.1"), ok("Content-Length: " + TEXT.length()), TEXT);
    assertThat(isCompressed(answer(caller))).isFalse();
  }

  @Test
  void http10IsNotCompressedOnEitherSide() {
    var oldCaller = open(Compression.ofLevel(9));
    var exchange = ask(oldCaller, "GET / HTTP/1.0", "Accept-Encoding: gzip");
    say(exchange, ok("Content-Length: " + TEXT.length()), TEXT);
    assertThat(isCompressed(answer(oldCaller))).isFalse();

    var caller = open(Compression.ofLevel(9));
    exchange = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: gzip");
    say(exchange, Heads.response("HTTP/1.0 200 OK\r\n\r\n"), TEXT);
    assertThat(isCompressed(answer(caller))).isFalse();
  }

  @Test
  void answersWithoutABodyStayAsTheyAre() {
    var compression = Compression.ofLevel(9);
    var caller = open(compression);
    var head = ask(caller, "HEAD / HTTP/1.1", "Accept-Encoding: gzip");
    head.responseHead(ok("Content-Length: 680", "ETag: \"x\""), true);
    String answer = new String(sent(caller), StandardCharsets.ISO_8859_1);
    assertThat(answer).contains("Content-Length: 680\r\n", "ETag: \"x\"").doesNotContain("gzip");

    for (String status : List.of("204 No Content", "304 Not Modified")) {
      var exchange = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: gzip");
      exchange.responseHead(Heads.response("HTTP/1.1 " + status + "\r\nETag: \"x\"\r\n\r\n"), true);
      assertThat(answer(caller).fields()).containsExactly("ETag: \"x\"");
    }
    assertThat(atWork(compression)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ETag: \"x\" | ETag: W/\"x\"",
        "ETag: W/\"x\" | ETag: W/\"x\"",
        "Vary: Origin | Vary: Origin",
        "Vary: Origin, accept-encoding | Vary: Origin, accept-encoding",
        "Vary: * | Vary: *"
      })
  void cachesAreToldThatItIsAnotherRepresentation(String field, String told) {
    var caller = open(Compression.ofLevel(-1));
    var exchange = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: gzip");

    say(exchange, ok("Content-Type: text/css", field, "Accept-Ranges: bytes"), TEXT);

    var fields = answer(caller).fields();
    boolean said = field.endsWith("encoding") || field.endsWith("*");
    assertThat(fields).contains(told).doesNotContain("Accept-Ranges: bytes");
    assertThat(fields.contains("Vary: Accept-Encoding")).isEqualTo(!said);
  }

  /** Each part can be read at the end of its turn. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void aStreamIsNotHeldBack(String coding) throws DataFormatException {
    var caller = open(Compression.ofLevel(-1));
    var exchange = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: " + coding);
    turn(
        () ->
            exchange.responseHead(
                ok("Content-Type: text/event-stream", "Transfer-Encoding: chunked"), false));
    var inflater = new Inflater(coding.equals("gzip"));
    int header = coding.equals("gzip") ? 10 : 0;
    assertThat(new String(sent(caller), StandardCharsets.US_ASCII)).contains("chunked\r\n\r\n");

    for (int i = 0; i < 5; i++) {
      String event = "data: " + i + "\n\n";
      turn(() -> exchange.responseData(Unpooled.copiedBuffer(event, StandardCharsets.US_ASCII)));
      byte[] chunk = sent(caller);
      int begin = new String(chunk, StandardCharsets.ISO_8859_1).indexOf("\r\n") + 2 + header;
      header = 0;
      inflater.setInput(chunk, begin, chunk.length - begin - 2);
      byte[] read = new byte[100];
      assertThat(new String(read, 0, inflater.inflate(read), StandardCharsets.US_ASCII))
          .isEqualTo(event);
    }
    inflater.end();
    turn(() -> exchange.responseEnd(null));
    assertThat(new String(sent(caller), StandardCharsets.ISO_8859_1)).endsWith("\r\n0\r\n\r\n");
  }

  @Test
  void trailersGoOn() {
    var caller = open(Compression.ofLevel(-1));
    var exchange = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: gzip");
    exchange.responseHead(ok("Content-Type: text/plain", "Transfer-Encoding: chunked"), false);
    var trailers = new Fields();
    trailers.add("X-Sum", "1");

    exchange.responseEnd(trailers);

    assertThat(answer(caller).trailers()).containsExactly("X-Sum: 1");
  }

  @Test
  void abortedAnswersGiveBackWhatTheyHold() {
    var compression = Compression.ofLevel(-1);
    var head = new String[] {"Content-Type: text/plain", "Content-Length: 680"};
    var broken = open(compression);
    var exchange = ask(broken, "GET / HTTP/1.1", "Accept-Encoding: gzip");
    exchange.responseHead(ok(head), false);
    exchange.responseData(Unpooled.copiedBuffer(TEXT.substring(9), StandardCharsets.US_ASCII));
    assertThat(atWork(compression)).isEqualTo(1);

    exchange.backendFailed(new Failure.BackendClosed("b"), false);

    assertThat(atWork(compression)).isZero();
    assertThat(Wire.responses(new String(sent(broken), StandardCharsets.ISO_8859_1)).messages())
        .isEmpty();
    var left = open(compression);
    exchange = ask(left, "GET / HTTP/1.1", "Accept-Encoding: gzip");
    exchange.responseHead(ok(head), false);
    exchange.responseData(Unpooled.copiedBuffer(TEXT, StandardCharsets.US_ASCII));

    var _ = left.close();
    left.runPendingTasks();

    assertThat(atWork(compression)).isZero();
  }

  /** A thousand callers with open streams must not take the memory of all others. */
  @Test
  void atMostSoManyAreCompressedAtATime() {
    var compression = Compression.ofLevel(-1);
    for (int i = 0; i <= Deflaters.MOST; i++) {
      var exchange = ask(open(compression), "GET / HTTP/1.1", "Accept-Encoding: gzip");
      exchange.responseHead(ok("Content-Type: text/plain", "Transfer-Encoding: chunked"), false);
    }

    assertThat(atWork(compression)).isEqualTo(Deflaters.MOST);
    asked.getLast().responseEnd(null);
    assertThat(isCompressed(answer(channels.getLast()))).isFalse();
    asked.getFirst().responseEnd(null);
    assertThat(isCompressed(answer(channels.getFirst()))).isTrue();
    assertThat(atWork(compression)).isEqualTo(Deflaters.MOST - 1);
  }

  @Test
  void threat48_bodiesAreNeverInflated() {
    var caller = open(Compression.ofLevel(-1));
    var exchange = ask(caller, "GET / HTTP/1.1", "Accept-Encoding: deflate");
    String bomb = "\u001f\u008b not gzip at all";

    say(exchange, ok("Content-Type: text/plain", "Content-Encoding: gzip"), bomb);

    assertThat(answer(caller).body()).isEqualTo(bomb);
  }

  @Test
  void levelsAreChecked() {
    assertThat(Compression.ofLevel(0)).isNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Compression.ofLevel(10))
        .withMessage("compression: 10 (expected: -1 to 9)");
  }

  /** An embedded channel ends its turn within each write, but for what runs in a read. */
  private static final class Turns extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof Runnable task) {
        task.run();
      } else {
        ctx.fireChannelRead(message);
      }
    }
  }

  /** A backend that says nothing by itself. */
  private static final class Silent implements BackendStream {
    @Override
    public void begin(Exchange exchange, Head request, boolean end) {}

    @Override
    public void data(ByteBuf data) {
      data.release();
    }

    @Override
    public void end(@Nullable Fields trailers) {}

    @Override
    public void reset(ErrorCode why) {}

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public void reading(boolean on) {}
  }
}

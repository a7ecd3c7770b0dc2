package fairlead.http1.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.http1.ChunkWriter;
import fairlead.http1.Framing;
import fairlead.http1.HeadParser;
import fairlead.http1.HeadWriter;
import fairlead.http1.ParseResult;
import fairlead.http1.fuzz.Message.Field;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What we write, the oracle reads as we meant it, whatever was done to the head before. */
class WrittenHeadsTest {
  private static final int CASES = 20_000;

  private static final String[] NAMES = {
    "X",
    "x",
    "Via",
    "via",
    "l5d-dst-client",
    "X-Y",
    "Accept",
    "Content-Length",
    "Transfer-Encoding",
    "Cookie",
    "my_header",
    "Date"
  };
  private static final String[] VALUES = {
    "", "a", "1, 2", "b\tc", "caf\u00e9\u0085", "5", "chunked"
  };

  @Test
  void changedHeadsAreWrittenAsTheyAre() {
    for (long seed = 1; seed <= CASES; seed++) {
      RandomGenerator random = Case.generator(seed);
      var head = new Head();
      List<Field> fields = received(head, new Grammar(random).request());
      if (!head.contains(HeaderNames.HOST)) {
        head.add(HeaderNames.HOST, "a");
        fields.add(new Field("Host", "a"));
      }
      for (int i = random.nextInt(12); i > 0; i--) {
        change(head, fields, random);
      }
      fields.removeIf(f -> f.is("content-length") || f.is("transfer-encoding"));
      ByteBuf out = Unpooled.buffer();

      Message expected = write(head, fields, random, out);

      String bytes = Bytes.text(out);
      assertThat(SlowParser.requests(bytes, new Bounds(1 << 16, 1 << 16, 200, true)).messages())
          .as("seed %d: %s", seed, Bytes.escaped(bytes))
          .containsExactly(expected);
    }
  }

  /** Reads {@code bytes} into {@code head}; its fields. */
  private static List<Field> received(Head head, String bytes) {
    ByteBuf in = Bytes.buffer(bytes);
    var parser = HeadParser.ofRequests(Bounds.USUAL.forTheCodec());
    assertThat(parser.parse(in, head)).isInstanceOf(ParseResult.Done.class);
    in.release();
    var fields = new ArrayList<Field>();
    head.forEach((name, value) -> fields.add(new Field(name, value)));
    return fields;
  }

  private static void change(Fields head, List<Field> fields, RandomGenerator random) {
    String name = NAMES[random.nextInt(NAMES.length)];
    String value = VALUES[random.nextInt(VALUES.length)];
    int id = random.nextBoolean() ? HeaderNames.idOf(name) : HeaderNames.OTHER;
    String written = id == HeaderNames.OTHER ? name : HeaderNames.nameOf(id);
    switch (random.nextInt(3)) {
      case 0 -> {
        if (id == HeaderNames.OTHER) {
          head.add(name, value);
        } else {
          head.add(id, value);
        }
        fields.add(new Field(written, value));
      }
      case 1 -> {
        if (id == HeaderNames.OTHER) {
          head.set(name, value);
        } else {
          head.set(id, value);
        }
        fields.removeIf(f -> f.is(name));
        fields.add(new Field(written, value));
      }
      default -> {
        boolean there = id == HeaderNames.OTHER ? head.remove(name) : head.remove(id);
        assertThat(there).isEqualTo(fields.removeIf(f -> f.is(name)));
      }
    }
  }

  private static Message write(Head head, List<Field> fields, RandomGenerator random, ByteBuf out) {
    String line = head.method() + " " + head.target() + " 1.";
    return switch (random.nextInt(3)) {
      case 0 -> {
        HeadWriter.write(head, new Framing.None(), out);
        yield new Message(line + head.minorVersion(), fields, "none", "", List.of());
      }
      case 1 -> {
        String body = "x".repeat(random.nextInt(30));
        HeadWriter.write(head, new Framing.Length(body.length()), out);
        out.writeBytes(body.getBytes(StandardCharsets.US_ASCII));
        fields.add(new Field("Content-Length", String.valueOf(body.length())));
        String framing = "length " + body.length();
        yield new Message(line + head.minorVersion(), fields, framing, body, List.of());
      }
      default -> {
        HeadWriter.write(head, new Framing.Chunked(), out);
        fields.add(new Field("Transfer-Encoding", "chunked"));
        yield chunks(line, fields, random, out);
      }
    };
  }

  /** They make it HTTP/1.1. */
  private static Message chunks(
      String line, List<Field> fields, RandomGenerator random, ByteBuf out) {
    var body = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      String part = "0\r\n\r\n".repeat(1 + random.nextInt(60));
      ChunkWriter.begin(part.length(), out);
      out.writeBytes(part.getBytes(StandardCharsets.US_ASCII));
      ChunkWriter.end(out);
      body.append(part);
    }
    var trailers = new Fields();
    var expected = new ArrayList<Field>();
    for (int i = random.nextInt(3); i > 0; i--) {
      trailers.add("X-Sum", "v" + i);
      expected.add(new Field("X-Sum", "v" + i));
    }
    ChunkWriter.last(random.nextInt(4) == 0 && expected.isEmpty() ? null : trailers, out);
    return new Message(line + "1", fields, "chunked", body.toString(), expected);
  }
}

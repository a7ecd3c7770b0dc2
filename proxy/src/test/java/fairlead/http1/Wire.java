package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.wire.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Drives the codec over bytes in given pieces, as a connection would. */
final class Wire {
  private final boolean requests;
  private final HeadParser parser;
  private final BodyReader body;
  private final Head head = new Head();
  private final List<Reading.Message> messages = new ArrayList<>();
  private final StringBuilder content = new StringBuilder();
  private boolean inBody;

  private Wire(boolean requests, HeadLimits limits) {
    this.requests = requests;
    parser = requests ? HeadParser.ofRequests(limits) : HeadParser.ofResponses(limits);
    body = new BodyReader(limits);
  }

  static Reading requests(String bytes, int... cuts) {
    return requests(HeadLimits.DEFAULT, bytes, cuts);
  }

  static Reading requests(HeadLimits limits, String bytes, int... cuts) {
    return new Wire(true, limits).feed(bytes, cuts);
  }

  /** Responses to GET; at the end of the bytes the connection closes. */
  static Reading responses(String bytes, int... cuts) {
    return new Wire(false, HeadLimits.DEFAULT).feed(bytes, cuts);
  }

  /** The same for the whole, for every cut in two, and byte by byte; else the test fails. */
  static Reading requestsHoweverCut(String bytes) {
    return howeverCut(bytes, Wire::requests);
  }

  /** The same for responses. */
  static Reading responsesHoweverCut(String bytes) {
    return howeverCut(bytes, Wire::responses);
  }

  interface Read {
    Reading read(String bytes, int... cuts);
  }

  private static Reading howeverCut(String bytes, Read read) {
    Reading whole = read.read(bytes);
    for (int cut = 1; cut < bytes.length(); cut++) {
      assertThat(read.read(bytes, cut)).as("cut at %d of %s", cut, bytes).isEqualTo(whole);
    }
    assertThat(read.read(bytes, everywhere(bytes))).as("byte by byte: %s", bytes).isEqualTo(whole);
    return whole;
  }

  /** A cut before every byte. */
  static int[] everywhere(String bytes) {
    int[] cuts = new int[Math.max(0, bytes.length() - 1)];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = i + 1;
    }
    return cuts;
  }

  private Reading feed(String bytes, int... cuts) {
    int from = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i == cuts.length ? bytes.length() : cuts[i];
      Reading.End end = piece(bytes.substring(from, to));
      if (end != null) {
        return new Reading(messages, end);
      }
      from = to;
    }
    return new Reading(messages, atClose());
  }

  private Reading.@Nullable End piece(String bytes) {
    ByteBuf in = ByteBufAllocator.DEFAULT.buffer(Math.max(1, bytes.length()));
    try {
      in.writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
      while (in.isReadable()) {
        Reading.End end = inBody ? readBody(in) : readHead(in);
        if (end != null) {
          return end;
        }
      }
      return null;
    } finally {
      in.release();
    }
  }

  private Reading.@Nullable End readHead(ByteBuf in) {
    return switch (parser.parse(in, head)) {
      case ParseResult.NeedMore _ -> null;
      case ParseResult.Rejected(var why) -> new Reading.End.Refused(why.status(), why.reason());
      case ParseResult.Done _ -> {
        body.begin(requests ? Framing.ofRequest(head) : Framing.ofResponse(head, false));
        content.setLength(0);
        inBody = true;
        yield body.isEnded() ? readBody(in) : null;
      }
    };
  }

  private Reading.@Nullable End readBody(ByteBuf in) {
    return switch (body.read(in)) {
      case BodyPart.NeedMore _ -> null;
      case BodyPart.Data(var bytes) -> {
        content.append(bytes.toString(StandardCharsets.ISO_8859_1));
        bytes.release();
        yield inBody ? lengthEnd(in) : null;
      }
      case BodyPart.End(var trailers) -> {
        message(trailers);
        yield null;
      }
      case BodyPart.Broken(var why) -> new Reading.End.Refused(why.status(), why.reason());
    };
  }

  /** A body whose length is known is over with its last byte, not with the next one. */
  private Reading.@Nullable End lengthEnd(ByteBuf in) {
    return body.isEnded() ? readBody(in) : null;
  }

  private void message(@Nullable Fields trailers) {
    messages.add(
        new Reading.Message(
            startLine(),
            lines(head),
            content.toString(),
            trailers == null ? List.of() : lines(trailers)));
    inBody = false;
  }

  private Reading.End atClose() {
    if (parser.isMidway()) {
      return new Reading.End.Midway();
    }
    if (!inBody) {
      return new Reading.End.Clean();
    }
    if (!(body.closed() instanceof BodyPart.End)) {
      return new Reading.End.Midway();
    }
    message(null);
    return new Reading.End.Clean();
  }

  private String startLine() {
    return requests
        ? head.method() + " " + head.target() + " 1." + head.minorVersion()
        : "1." + head.minorVersion() + " " + head.status() + " " + head.reason();
  }

  static List<String> lines(Fields fields) {
    var lines = new ArrayList<String>();
    fields.forEach((name, value) -> lines.add(name + ": " + value));
    return lines;
  }
}

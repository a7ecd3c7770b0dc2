package fairlead.http1.fuzz;

import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http1.BodyPart;
import fairlead.http1.BodyReader;
import fairlead.http1.Framing;
import fairlead.http1.HeadParser;
import fairlead.http1.ParseResult;
import fairlead.http1.Rejection;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream of bytes in pieces through the parser of heads and the reader of bodies. */
final class CodecRun {
  private final boolean requests;
  private final List<Boolean> toHead;
  private final HeadParser parser;
  private final BodyReader reader;
  private final Head head = new Head();
  private final List<Message> messages = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();
  private Framing framing = new Framing.None();
  private boolean inBody;
  private int finals;
  private @Nullable Rejection rejection;

  private CodecRun(boolean requests, List<Boolean> toHead, Bounds bounds) {
    this.requests = requests;
    this.toHead = toHead;
    var limits = bounds.forTheCodec();
    parser = requests ? HeadParser.ofRequests(limits) : HeadParser.ofResponses(limits);
    reader = new BodyReader(limits);
  }

  static Parsed requests(String bytes, Bounds bounds, int... cuts) {
    return new CodecRun(true, List.of(), bounds).run(bytes, cuts);
  }

  /** At the end of the bytes the connection closes. */
  static Parsed responses(String bytes, List<Boolean> toHead, Bounds bounds, int... cuts) {
    return new CodecRun(false, toHead, bounds).run(bytes, cuts);
  }

  private Parsed run(String bytes, int... cuts) {
    ByteBuf all = Bytes.buffer(bytes);
    try {
      int from = 0;
      for (int i = 0; i <= cuts.length && rejection == null; i++) {
        int to = i == cuts.length ? bytes.length() : cuts[i];
        piece(all.slice(from, to - from));
        from = to;
      }
      return atClose();
    } finally {
      all.release();
    }
  }

  private void piece(ByteBuf in) {
    while (in.isReadable() && rejection == null) {
      if (inBody) {
        body(in);
      } else {
        head(in);
      }
    }
  }

  private void head(ByteBuf in) {
    switch (parser.parse(in, head)) {
      case ParseResult.NeedMore _ -> {}
      case ParseResult.Rejected(var why) -> rejection = why;
      case ParseResult.Done _ -> {
        framing = requests ? Framing.ofRequest(head) : ofResponse();
        reader.begin(framing);
        body.setLength(0);
        inBody = true;
        if (reader.isEnded()) {
          body(in);
        }
      }
    }
  }

  private Framing ofResponse() {
    boolean isFinal = head.status() >= 200;
    boolean answersHead = isFinal && finals < toHead.size() && toHead.get(finals);
    finals += isFinal ? 1 : 0;
    return Framing.ofResponse(head, answersHead);
  }

  private void body(ByteBuf in) {
    switch (reader.read(in)) {
      case BodyPart.NeedMore _ -> {}
      case BodyPart.Data(var data) -> {
        body.append(Bytes.text(data));
        if (reader.isEnded()) {
          body(in);
        }
      }
      case BodyPart.End(var trailers) -> complete(trailers);
      case BodyPart.Broken(var why) -> rejection = why;
    }
  }

  private void complete(@Nullable Fields trailers) {
    messages.add(message(trailers == null ? List.of() : fields(trailers)));
    inBody = false;
  }

  private Message message(List<Message.Field> trailers) {
    String line =
        requests
            ? head.method() + " " + head.target() + " 1." + head.minorVersion()
            : "1." + head.minorVersion() + " " + head.status() + " " + head.reason();
    return new Message(line, fields(head), name(framing), body.toString(), trailers);
  }

  private Parsed atClose() {
    if (rejection != null) {
      var open = inBody ? message(List.of()) : null;
      return new Parsed(
          messages, open, Parsed.End.REFUSED, rejection.status() + " " + rejection.reason());
    }
    if (inBody && reader.closed() instanceof BodyPart.End) {
      complete(null);
    }
    boolean midway = inBody || parser.isMidway();
    return new Parsed(
        messages,
        inBody ? message(List.of()) : null,
        midway ? Parsed.End.MIDWAY : Parsed.End.CLEAN,
        "");
  }

  private static List<Message.Field> fields(Fields fields) {
    var list = new ArrayList<Message.Field>();
    fields.forEach((name, value) -> list.add(new Message.Field(name, value)));
    return list;
  }

  private static String name(Framing framing) {
    return switch (framing) {
      case Framing.None _ -> "none";
      case Framing.Length(var bytes) -> "length " + bytes;
      case Framing.Chunked _ -> "chunked";
      case Framing.UntilClose _ -> "close";
      case Framing.Tunnel _ -> "tunnel";
      case Framing.Announced(var bytes) -> "announced " + bytes;
    };
  }
}

package fairlead.http1;

import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes one answer after another to a caller ({@code spec/http.md} §7): how its body is framed,
 * whether it is compressed, and what it says of the connection. Event loop only.
 */
final class Answering {
  private final ChannelHandlerContext ctx;
  private final Outlet out;
  private final @Nullable Compression compression;

  /** Of the answer in progress, when it is compressed. */
  private @Nullable Compressor compressor;

  private boolean closesAfter;

  Answering(ChannelHandlerContext ctx, Outlet out, @Nullable Compression compression) {
    this.ctx = ctx;
    this.out = out;
    this.compression = compression;
  }

  /**
   * A request begins.
   *
   * @param last the caller said that it sends no other
   */
  void begin(boolean last) {
    closesAfter = last;
  }

  /** Whether the connection ends with the answer in progress. */
  boolean closesAfter() {
    return closesAfter;
  }

  void interim(Head response) {
    out.head(response, Framing.NONE);
  }

  /**
   * @param end no body follows
   * @param last we take no other request after this one
   */
  void head(Head request, Head response, boolean end, boolean last) {
    var received = Framing.ofResponse(response, request.methodIs("HEAD"));
    var framing = compress(request, response, Framing.toCaller(received, request), end);
    if (end && (framing instanceof Framing.Chunked || framing instanceof Framing.UntilClose)) {
      framing = new Framing.Length(0); // HTTP/2 ends at once without telling a length
    }
    closesAfter |= last || framing instanceof Framing.UntilClose;
    closesAfter |= request.methodIs("CONNECT") && Framing.isConnected(response); // yet to no tunnel
    if (framing instanceof Framing.Chunked) {
      response.setMinorVersion(1);
    }
    if (closesAfter) {
      response.set(HeaderNames.CONNECTION, "close");
    } else if (request.minorVersion() == 0 || response.minorVersion() == 0) {
      response.set(HeaderNames.CONNECTION, "keep-alive"); // HTTP/1.0 closes unless it is told
    }
    out.head(response, framing);
  }

  /**
   * The head that opens a tunnel.
   *
   * @param protocol what is spoken in it; null when only both sides know
   */
  void tunnel(Head response, @Nullable String protocol) {
    if (protocol != null) {
      response.set(HeaderNames.CONNECTION, "upgrade");
      response.set(HeaderNames.UPGRADE, protocol);
    }
    closesAfter = true;
    out.head(response, Framing.TUNNEL);
  }

  /** Takes the buffer over. */
  void data(ByteBuf data) {
    if (compressor == null) {
      out.data(data);
    } else {
      compressor.data(data);
    }
  }

  void end(@Nullable Fields trailers) {
    if (compressor != null) {
      compressor.finish();
      compressor = null;
    }
    out.end(trailers);
  }

  /** The answer in progress goes no further. */
  void drop() {
    if (compressor != null) {
      compressor.drop();
      compressor = null;
    }
  }

  /** How the body is framed: in chunks from now on if it is compressed. */
  private Framing compress(Head request, Head response, Framing framing, boolean end) {
    if (compression == null || end) {
      return framing;
    }
    compressor = compression.begin(request, response, framing, ctx, out);
    return compressor == null ? framing : Framing.CHUNKED;
  }
}

package fairlead.http2;

import org.jspecify.annotations.Nullable;

/**
 * What one side of ours tells the other ({@code spec/http.md} §17.1, RFC 9113 §6.5.2); null where
 * nothing is told and the protocol's default holds. Immutable.
 *
 * @param streamWindow bytes of a stream that may come before we take them
 * @param headerTable bytes of the table that the peer's header blocks refer to
 * @param frame bytes of the longest frame that is taken
 * @param headerList bytes of all fields of a head, each with 32 more (RFC 9113 §6.5.2)
 * @param windowRatio a window is opened again when less than this part of it is left
 * @param streams at a time, opened by the peer
 */
public record Http2Settings(
    @Nullable Integer streamWindow,
    @Nullable Integer headerTable,
    @Nullable Integer frame,
    @Nullable Integer headerList,
    double windowRatio,
    int streams) {
  /** What a decoder takes when nobody says how much: {@code spec/http.md} §17.1. */
  private static final int USUAL_HEADER_LIST = 8192;

  private static final int USUAL_HEADER_TABLE = 4096;

  public static final Http2Settings DEFAULT = new Http2Settings(null, null, null, null, 0.5, 1000);

  int streamWindowBytes() {
    return streamWindow == null ? Frames.DEFAULT_WINDOW : streamWindow;
  }

  int headerTableBytes() {
    return headerTable == null ? USUAL_HEADER_TABLE : headerTable;
  }

  int frameBytes() {
    return frame == null ? Frames.DEFAULT_FRAME : frame;
  }

  int headerListBytes() {
    return headerList == null ? USUAL_HEADER_LIST : headerList;
  }
}

package fairlead.exchange;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an exchange for a log or a trace: only those have it that are logged or traced.
 * Event loop only.
 */
public final class Notes {
  private final int target;
  private final int targetLength;
  private long requestBytes;
  private long responseBytes;
  private @Nullable InetSocketAddress endpoint;
  private @Nullable AttemptSpans spans;

  /** Of a request whose target is as it came. */
  Notes(int target, int targetLength) {
    this.target = target;
    this.targetLength = targetLength;
  }

  /** Where in the request's array the target begins that the caller sent. */
  public int target() {
    return target;
  }

  public int targetLength() {
    return targetLength;
  }

  /** Bytes of the request's body that came. */
  public long requestBytes() {
    return requestBytes;
  }

  /** Bytes of the body that came from the backend, of all answers. */
  public long responseBytes() {
    return responseBytes;
  }

  /** Whom the running, or last, attempt asks; null while none is picked. */
  public @Nullable InetSocketAddress endpoint() {
    return endpoint;
  }

  /** For routing: whom the attempt asks. */
  public void endpoint(@Nullable InetSocketAddress picked) {
    endpoint = picked;
  }

  /** Makes spans of the attempts; null when they are not traced. */
  public @Nullable AttemptSpans spans() {
    return spans;
  }

  public void spans(AttemptSpans maker) {
    spans = maker;
  }

  void request(int bytes) {
    requestBytes += bytes;
  }

  void response(int bytes) {
    responseBytes += bytes;
  }
}

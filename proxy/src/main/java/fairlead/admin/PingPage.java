package fairlead.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code /admin/ping} ({@code spec/admin.md} §3): {@code pong}, but not on behalf of a younger
 * container that shares this port and does not listen yet (decision 24).
 */
final class PingPage implements AdminPage {
  private final @Nullable ProcessMark own;

  PingPage(@Nullable ProcessMark own) {
    this.own = own;
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    var asked = mark(request);
    return own == null || asked == null || own.answersFor(asked)
        ? AdminResponse.text("pong").now()
        : AdminResponse.of(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                AdminResponse.TEXT,
                "an older process has this port; the one asked about does not listen yet\n")
            .now();
  }

  private static @Nullable ProcessMark mark(AdminRequest request) {
    String namespace = request.param("namespace");
    String started = request.param("started");
    try {
      return namespace == null || started == null
          ? null
          : new ProcessMark(Long.parseLong(namespace), Long.parseLong(started));
    } catch (NumberFormatException _) {
      return null;
    }
  }
}

package fairlead.admin;

import fairlead.telemetry.trace.Tracing;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.CompletionStage;

/**
 * {@code /admin/tracing} ({@code spec/admin.md} §8): whether spans are taken at all. Add it with
 * {@code addControl}. A link or an image of a page cannot POST, so only that changes anything.
 */
public final class TracingPage implements AdminPage {
  private final Tracing tracing;

  public TracingPage(Tracing tracing) {
    this.tracing = tracing;
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    boolean enable = request.flag("enable");
    boolean disable = request.flag("disable");
    if (!enable && !disable) {
      return said(HttpResponseStatus.OK, "Tracing is " + state() + ".").now();
    }
    if (!request.method().equals(HttpMethod.POST)) {
      return AdminResponse.notAllowed("POST").now();
    }
    if (enable && disable) {
      return said(HttpResponseStatus.BAD_REQUEST, "Say either enable=true or disable=true.").now();
    }
    tracing.enable(enable);
    return said(HttpResponseStatus.OK, "Tracing is now " + state() + ".").now();
  }

  private String state() {
    return tracing.isEnabled() ? "enabled" : "disabled";
  }

  private static AdminResponse said(HttpResponseStatus status, String sentence) {
    return AdminResponse.of(status, AdminResponse.HTML, sentence + "\n");
  }
}

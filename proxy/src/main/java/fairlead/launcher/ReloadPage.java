package fairlead.launcher;

import fairlead.admin.AdminPage;
import fairlead.admin.AdminRequest;
import fairlead.admin.AdminResponse;
import fairlead.launcher.Reloads.Outcome;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.CompletionStage;

/**
 * {@code /admin/reload}: POST reads the configuration again and answers with what became of it, 409
 * when it was refused; GET tells how it stands. Add it with {@code addControl}.
 */
final class ReloadPage implements AdminPage {
  private static final String TEXT = "text/plain;charset=UTF-8";

  private final Reloads reloads;

  ReloadPage(Reloads reloads) {
    this.reloads = reloads;
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    if (!request.method().equals(HttpMethod.POST)) {
      return AdminResponse.json(reloads.statusJson()).now();
    }
    return reloads.reload("POST /admin/reload").thenApply(ReloadPage::answer);
  }

  private static AdminResponse answer(Outcome outcome) {
    var status =
        outcome instanceof Outcome.Refused ? HttpResponseStatus.CONFLICT : HttpResponseStatus.OK;
    return AdminResponse.of(status, TEXT, outcome.show());
  }
}

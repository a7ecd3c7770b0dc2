package fairlead.admin;

import java.util.concurrent.CompletionStage;

/** Answers the requests to one path of the admin port. */
@FunctionalInterface
public interface AdminPage {
  /**
   * Called on the admin server's own thread, which must not wait: what needs the control plane
   * answers later, on any thread.
   */
  CompletionStage<AdminResponse> answer(AdminRequest request);
}

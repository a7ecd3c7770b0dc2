package fairlead.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.admin.Delegator.Explanation;
import fairlead.admin.Delegator.Explanation.BadDtab;
import fairlead.admin.Delegator.Explanation.BadPath;
import fairlead.admin.Delegator.Explanation.CannotExplain;
import fairlead.admin.Delegator.Explanation.Tree;
import fairlead.json.Json;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /delegator.json} ({@code spec/admin.md} §5). */
public final class DelegatorPage implements AdminPage {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final Delegator delegator;
  private final SerialExecutor control;

  /**
   * @param control keeps the time limit
   */
  public DelegatorPage(Delegator delegator, SerialExecutor control) {
    this.delegator = delegator;
    this.control = control;
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    if (request.isRead()) {
      String path = request.param("path");
      String dtab = request.param("dtab");
      return path == null
          ? malformed("the parameter 'path' is missing").now()
          : explain(request.param("namespace"), dtab == null ? "" : dtab, path);
    }
    if (!request.method().equals(HttpMethod.POST)) {
      return AdminResponse.notAllowed("GET, HEAD, POST").now();
    }
    if (!request.mediaType().equals(AdminResponse.JSON)) {
      return AdminResponse.empty(HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE).now();
    }
    return post(request.body());
  }

  private CompletionStage<AdminResponse> post(String body) {
    try {
      JsonNode sent = Json.read(body);
      String dtab = text(sent, "dtab");
      String path = text(sent, "path");
      if (dtab != null && path != null) {
        return explain(text(sent, "namespace"), dtab, path);
      }
    } catch (JsonProcessingException _) {
      // answered below, as a body with a field missing is
    }
    return malformed(body).now();
  }

  private static @Nullable String text(JsonNode object, String field) {
    JsonNode value = object.get(field);
    return value != null && value.isTextual() ? value.textValue() : null;
  }

  private CompletionStage<AdminResponse> explain(
      @Nullable String router, String dtab, String path) {
    var answer = new CompletableFuture<AdminResponse>();
    Watch limit =
        control.after(
            LIMIT,
            () ->
                answer.complete(
                    plain(HttpResponseStatus.SERVICE_UNAVAILABLE, "Request timed out.")));
    delegator
        .explain(router, dtab, path)
        .whenComplete(
            (explanation, failure) -> {
              limit.close();
              if (explanation == null) {
                answer.completeExceptionally(failure);
              } else {
                answer.complete(response(router, explanation));
              }
            });
    return answer;
  }

  private static AdminResponse response(@Nullable String router, Explanation explanation) {
    return switch (explanation) {
      case Tree(JsonNode root) -> AdminResponse.json(root);
      case BadDtab(String reason) ->
          plain(HttpResponseStatus.BAD_REQUEST, "Invalid dtab: " + reason);
      case BadPath(String reason) ->
          plain(HttpResponseStatus.BAD_REQUEST, "Invalid path: " + reason);
      case CannotExplain() ->
          plain(
              HttpResponseStatus.NOT_IMPLEMENTED,
              "Name Interpreter for "
                  + (router == null ? "no router" : router)
                  + " cannot show delegations");
    };
  }

  private static AdminResponse malformed(String body) {
    return plain(HttpResponseStatus.BAD_REQUEST, "Malformed delegation request: " + body);
  }

  private static AdminResponse plain(HttpResponseStatus status, String text) {
    return AdminResponse.of(status, AdminResponse.TEXT, text);
  }
}

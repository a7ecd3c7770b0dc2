package fairlead.admin;

import com.fasterxml.jackson.databind.JsonNode;
import fairlead.json.Json;
import fairlead.telemetry.PageBytes;
import fairlead.telemetry.PagePieces;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The answer of an admin page.
 *
 * @param type the Content-Type; empty for none
 * @param body not copied: whoever makes it leaves it alone afterwards
 * @param rest what follows the body; null for nothing
 */
public record AdminResponse(
    HttpResponseStatus status,
    String type,
    PageBytes body,
    Map<String, String> headers,
    @Nullable Rest rest) {
  static final String TEXT = "text/plain;charset=UTF-8";
  static final String HTML = "text/html;charset=UTF-8";
  static final String JSON = "application/json";

  /** What is made while it is sent. Asked by one thread at a time. */
  public interface Rest {
    /** The next piece; nothing once there is no more. */
    CompletionStage<Optional<PageBytes>> next();
  }

  /** Without anything behind the body. */
  AdminResponse(
      HttpResponseStatus status, String type, PageBytes body, Map<String, String> headers) {
    this(status, type, body, headers, null);
  }

  /**
   * 200 and a page, of which only the first piece is made at once.
   *
   * @param executor makes the others
   */
  public static AdminResponse of(String type, PagePieces page, Executor executor) {
    var first = page.next();
    Rest rest =
        page.isOver() ? null : () -> CompletableFuture.supplyAsync(() -> following(page), executor);
    return new AdminResponse(HttpResponseStatus.OK, type, first, Map.of(), rest);
  }

  private static Optional<PageBytes> following(PagePieces page) {
    return page.isOver() ? Optional.empty() : Optional.of(page.next());
  }

  /** 200 and plain text. */
  public static AdminResponse text(String body) {
    return of(HttpResponseStatus.OK, TEXT, body);
  }

  /** 200 and JSON text. */
  public static AdminResponse json(String body) {
    return of(HttpResponseStatus.OK, JSON, body);
  }

  /** The same, which may be long. */
  static AdminResponse json(PageBytes body) {
    return of(HttpResponseStatus.OK, JSON, body);
  }

  /** 200 and JSON on one line. */
  public static AdminResponse json(JsonNode body) {
    return json(Json.write(body));
  }

  /** Any status, with a body. */
  public static AdminResponse of(HttpResponseStatus status, String type, String body) {
    return of(status, type, PageBytes.of(body));
  }

  /** The same, which may be long. */
  public static AdminResponse of(HttpResponseStatus status, String type, PageBytes body) {
    return new AdminResponse(status, type, body, Map.of());
  }

  /** Any status, without a body. */
  public static AdminResponse empty(HttpResponseStatus status) {
    return new AdminResponse(status, "", new PageBytes(), Map.of());
  }

  /** 405, naming what is allowed ({@code RFC 9110 §15.5.6}). */
  static AdminResponse notAllowed(String methods) {
    return new AdminResponse(
        HttpResponseStatus.METHOD_NOT_ALLOWED, "", new PageBytes(), Map.of("Allow", methods));
  }

  /** Plain text, wrapped in {@code <pre>} for callers that like HTML ({@code spec/admin.md} §2). */
  static AdminResponse preformatted(AdminRequest request, String text) {
    return request.wantsHtml()
        ? of(HttpResponseStatus.OK, HTML, "<pre>" + escape(text) + "</pre>")
        : text(text);
  }

  /** 404: a small page for people, nothing for programs. */
  static AdminResponse notFound(AdminRequest request) {
    return request.wantsHtml()
        ? of(
            HttpResponseStatus.NOT_FOUND,
            HTML,
            "<!doctype html><title>Not found</title><p>There is no page <code>"
                + escape(request.path())
                + "</code> here. <a href=\"/\">Overview</a></p>")
        : empty(HttpResponseStatus.NOT_FOUND);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** This answer, already there. */
  public CompletionStage<AdminResponse> now() {
    return CompletableFuture.completedFuture(this);
  }
}

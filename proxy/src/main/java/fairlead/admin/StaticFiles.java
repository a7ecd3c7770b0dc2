package fairlead.admin;

import fairlead.telemetry.PageBytes;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The overview page and its files, from the class path; each is read once and kept. */
public final class StaticFiles {
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+\\.(html|css|js|svg)");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html", "css", "text/css", "js", "text/javascript", "svg", "image/svg+xml");

  /** The page loads nothing from elsewhere, runs no script of its text and stands in no frame. */
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
              + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "Referrer-Policy",
          "no-referrer");

  /** Each draws itself into the one document. */
  private static final List<String> VIEWS =
      List.of(
          "services",
          "endpoints",
          "discovery",
          "delegator",
          "why",
          "recent",
          "configuration",
          "logging",
          "help");

  private final Class<?> anchor;
  private final Map<String, AdminResponse> kept = new ConcurrentHashMap<>();

  private StaticFiles(Class<?> anchor) {
    this.anchor = anchor;
  }

  /** Adds {@code /} and {@code /files/}: the files in the folder {@code files} beside a class. */
  public static void addTo(AdminPages pages, Class<?> anchor) {
    new StaticFiles(anchor).addFilesTo(pages);
  }

  /** Adds the pages of the admin port for people ({@code spec/admin.md} §11), and their files. */
  public static void addTo(AdminPages pages) {
    var files = new StaticFiles(StaticFiles.class);
    files.addFilesTo(pages);
    VIEWS.forEach(view -> pages.add("/" + view, request -> files.named(request, "index.html")));
  }

  private void addFilesTo(AdminPages pages) {
    pages
        .add("/", request -> overview(request).now())
        .add("/favicon.ico", request -> named(request, "icon.svg"))
        .add("/files/", request -> named(request, request.path().substring("/files/".length())));
  }

  /** A page of its own: the file of this name beside the others. */
  static AdminPage page(Class<?> anchor, String name) {
    var files = new StaticFiles(anchor);
    return request -> files.named(request, name);
  }

  /** The pattern {@code /} also gets every path that nobody else answers. */
  private AdminResponse overview(AdminRequest request) {
    var page = request.path().equals("/") ? file("index.html") : null;
    return page == null ? AdminResponse.notFound(request) : page;
  }

  private CompletionStage<AdminResponse> named(AdminRequest request, String name) {
    var file = file(name);
    return (file == null ? AdminResponse.notFound(request) : file).now();
  }

  private @Nullable AdminResponse file(String name) {
    return NAME.matcher(name).matches() ? kept.computeIfAbsent(name, this::load) : null;
  }

  private @Nullable AdminResponse load(String name) {
    try (var in = anchor.getResourceAsStream("files/" + name)) {
      if (in == null) {
        return null;
      }
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1)) + ";charset=UTF-8";
      var body = PageBytes.of(in.readAllBytes());
      return new AdminResponse(HttpResponseStatus.OK, type, body, HEADERS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package fairlead.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** {@code /admin/lint} and {@code /admin/lint.json} ({@code spec/admin.md} §8). */
public final class LintPage {
  private LintPage() {}

  /** What one rule found. */
  private record Result(LintRule rule, List<String> issues) {}

  /** Adds both. */
  public static void addTo(AdminPages pages, List<LintRule> rules) {
    pages
        .add("/admin/lint", page(rules, LintPage::html))
        .add("/admin/lint.json", page(rules, results -> AdminResponse.json(json(results))));
  }

  private static AdminPage page(
      List<LintRule> rules, Function<List<Result>, AdminResponse> written) {
    return _ -> {
      List<CompletableFuture<Result>> results =
          rules.stream().map(LintPage::result).map(CompletionStage::toCompletableFuture).toList();
      return CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new))
          .thenApply(_ -> written.apply(results.stream().map(CompletableFuture::join).toList()));
    };
  }

  private static CompletionStage<Result> result(LintRule rule) {
    return rule.check().issues().thenApply(issues -> new Result(rule, issues));
  }

  private static ObjectNode json(List<Result> results) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ObjectNode lint = answer.putObject("lint_results");
    var failed = results.stream().filter(result -> !result.issues.isEmpty()).toList();
    lint.putObject("metadata")
        .put("num_rules_run", results.size())
        .put("num_rules_ok", results.size() - failed.size())
        .put("num_rules_failed", failed.size())
        .put("num_issues_found", failed.stream().mapToInt(one -> one.issues.size()).sum());
    var bad = lint.putArray("failed_rules");
    var good = lint.putArray("ok_rules");
    for (Result result : results) {
      ObjectNode one =
          (result.issues.isEmpty() ? good : bad)
              .addObject()
              .put("category", result.rule.category())
              .put("id", result.rule.id())
              .put("description", result.rule.description());
      if (!result.issues.isEmpty()) {
        result.issues.forEach(one.putArray("issues")::add);
      }
    }
    return answer;
  }

  private static AdminResponse html(List<Result> results) {
    var page = new StringBuilder("<!doctype html><meta charset=utf-8><title>Lint</title>\n");
    long failed = results.stream().filter(result -> !result.issues.isEmpty()).count();
    page.append("<h1>Lint</h1>\n<p>").append(results.size()).append(" rules, ");
    page.append(failed).append(" failed.</p>\n<table>\n<tr><th>Category<th>Rule<th>Found</tr>\n");
    for (Result result : results) {
      page.append("<tr><td>").append(AdminResponse.escape(result.rule.category()));
      page.append("<td><b>").append(AdminResponse.escape(result.rule.id())).append("</b>: ");
      page.append(AdminResponse.escape(result.rule.description())).append("<td>");
      page.append(result.issues.isEmpty() ? "ok" : "");
      for (String issue : result.issues) {
        page.append("<p>").append(AdminResponse.escape(issue)).append("</p>");
      }
      page.append("</tr>\n");
    }
    return AdminResponse.of(
        HttpResponseStatus.OK, AdminResponse.HTML, page.append("</table>\n").toString());
  }
}

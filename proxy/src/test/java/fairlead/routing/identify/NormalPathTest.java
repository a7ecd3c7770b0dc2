package fairlead.routing.identify;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.naming.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Route and backend read the same path (threat 56). */
class NormalPathTest {
  private static Identification identify(IdentifierConfig config, String target) {
    Head request = Head.request("GET", target);
    request.add(HeaderNames.HOST, "web");
    return Identifiers.of(List.of(config), Path.of("svc")).identify(request);
  }

  @ParameterizedTest
  @CsvSource({
    "/web/../admin, dot segment in path",
    "/web/./x, dot segment in path",
    "/web/.., dot segment in path",
    "/web/%2e%2e/admin, dot segment in path",
    "/web/%2E./admin, dot segment in path",
    "/web/..;/admin, dot segment in path",
    "/web/..;a=b/admin, dot segment in path",
    "/web/..%3b/admin, dot segment in path",
    "/web/..%2fadmin, dot segment in path",
    "/web/x%2f..%2f..%2fadmin, dot segment in path",
    "/web/..%5cadmin, dot segment in path",
    "/../admin, dot segment in path",
    "/%2e%2e/admin, needless or malformed escape in path",
    "/web%2f..%2fadmin, needless or malformed escape in path",
    "/web%2fx, needless or malformed escape in path",
    "/web%5cx, needless or malformed escape in path",
    "/%77eb, needless or malformed escape in path",
    "/w%65b?x, needless or malformed escape in path",
    "/web%, needless or malformed escape in path",
    "/web%4, needless or malformed escape in path",
    "/web%zz, needless or malformed escape in path",
    "/web%00, needless or malformed escape in path",
    "/web;x=1/y, parameter in path",
    "/web%3bx/y, needless or malformed escape in path",
    "//web, empty segment in path"
  })
  void threat56_pathsThatServersReadInDifferentWaysAreRefused(String target, String reason) {
    assertThat(identify(new IdentifierConfig.UriPath(1, false), target))
        .isEqualTo(new Identification.Invalid(reason));
    assertThat(identify(new IdentifierConfig.UriPath(1, true), target))
        .isEqualTo(new Identification.Invalid(reason));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/web",
        "/web/",
        "/web/a.b/..c/c../...",
        "/web/group%2Fproject",
        "/web/a;b=c/d",
        "/web/x?y=/../z",
        "/web//x",
        "/web/%e4%20x",
        "/web/100%"
      })
  void threat56_whatFollowsTheServiceIsItsOwnAffair(String target) {
    assertThat(identify(new IdentifierConfig.UriPath(1, false), target))
        .isEqualTo(new Identification.Identified(Path.of("svc", "web")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/web/../admin", "/web/%2e%2e/admin", "/%77eb", "/web%2fx"})
  void threat56_aWholeUriAsANameIsHeldToTheSame(String target) {
    assertThat(identify(new IdentifierConfig.MethodAndHost(true), target))
        .isInstanceOf(Identification.Invalid.class);
    assertThat(identify(new IdentifierConfig.MethodAndHost(false), target))
        .isInstanceOf(Identification.Identified.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dog//evil.example/x", "/dog///x"})
  void threat56_whatIsLeftDoesNotBeginWithTwoSlashes(String target) {
    assertThat(identify(new IdentifierConfig.UriPath(1, true), target))
        .isEqualTo(new Identification.Invalid("empty segment in path"));
  }
}

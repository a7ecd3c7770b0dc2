package fairlead.routing.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import fairlead.routing.identify.IdentifierConfig.H2HeaderPath;
import fairlead.routing.identify.IdentifierConfig.H2HeaderToken;
import fairlead.routing.identify.IdentifierConfig.Header;
import fairlead.routing.identify.IdentifierConfig.HeaderToken;
import fairlead.routing.identify.IdentifierConfig.MethodAndHost;
import fairlead.routing.identify.IdentifierConfig.Static;
import fairlead.routing.identify.IdentifierConfig.UriPath;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of {@code spec/routing.md} §8.1. */
class IdentifiersTest {
  private static final Path SVC = Path.of("svc");

  @Test
  void hostIsTheDefaultToken() {
    assertThat(name(get("/x", "Host", "Web:8080"), new HeaderToken("Host")))
        .isEqualTo("/svc/Web:8080");
  }

  @Test
  void tokenIsNotIdentifiedWithoutTheHeader() {
    var config = new HeaderToken("Host");

    assertThat(unidentified(http10("GET", "/x"), config)).isEqualTo("Host header is absent");
    assertThat(unidentified(get("/x", "Host", ""), config)).isEqualTo("Host header is absent");
  }

  @Test
  void tokenIsOneElementWhateverItsBytes() {
    assertThat(name(get("/", "my-svc", "a/b"), new HeaderToken("my-svc")))
        .isEqualTo("/svc/\\x61\\x2f\\x62");
    assertThat(name(get("/", "my-svc", "\u00e4"), new HeaderToken("My-Svc")))
        .isEqualTo("/svc/\\xe4");
  }

  @Test
  void tokenTakesTheFirstOfSeveral() {
    Head request = get("/", "my-svc", "a");
    request.add("my-svc", "b");

    assertThat(name(request, new HeaderToken("my-svc"))).isEqualTo("/svc/a");
  }

  @Test
  void headerHoldsAPath() {
    assertThat(name(get("/", "l5d-name", "/a/b"), new Header("l5d-name"))).isEqualTo("/svc/a/b");
    assertThat(name(get("/", "l5d-name", "/"), new Header("l5d-name"))).isEqualTo("/svc");
  }

  @Test
  void headerThatIsNoPathIsInvalid() {
    assertThat(invalid(get("/", "l5d-name", "a"), new Header("l5d-name")))
        .isEqualTo("'/' expected but 'a' found at '[a]'");
  }

  @Test
  void absentHeaderIsNotIdentified() {
    assertThat(unidentified(get("/", "Host", "a"), new Header("l5d-name")))
        .isEqualTo("l5d-name header is absent");
    assertThat(unidentified(get("/", "l5d-name", ""), new Header("l5d-name")))
        .isEqualTo("l5d-name header is absent");
  }

  @Test
  void methodAndHostInLowerCase() {
    Head request = get("/a/b?q=1", "Host", "Foo.COM");

    assertThat(name(request, new MethodAndHost(false))).isEqualTo("/svc/1.1/GET/foo.com");
    assertThat(name(request, new MethodAndHost(true))).isEqualTo("/svc/1.1/GET/foo.com/a/b");
  }

  @Test
  void methodAndHostKeepsThePortAndAddsNothingForTheRoot() {
    assertThat(name(get("/", "Host", "A:80"), new MethodAndHost(true)))
        .isEqualTo("/svc/1.1/GET/a:80");
  }

  @Test
  void methodAloneInHttp10() {
    Head request = http10("POST", "/a");
    request.add(HeaderNames.HOST, "web");

    assertThat(name(request, new MethodAndHost(false))).isEqualTo("/svc/1.0/POST");
    assertThat(name(request, new MethodAndHost(true))).isEqualTo("/svc/1.0/POST/a");
  }

  @Test
  void methodAndHostNeedsAHostInHttp11() {
    String reason = "HTTP/1.1 request missing hostname";

    assertThat(unidentified(Head.request("GET", "/"), new MethodAndHost(false))).isEqualTo(reason);
    assertThat(unidentified(get("/", "Host", ""), new MethodAndHost(false))).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/", "/a~", "/a+b", "/a,b", "/@", "//a", "/a=b"})
  void uriThatIsNoPathIsInvalid(String target) {
    assertThat(invalid(get(target, "Host", "a"), new MethodAndHost(true))).contains("expected but");
  }

  @ParameterizedTest
  @CsvSource({
    "1, false, /dog, /svc/dog, /dog",
    "2, false, /dog/cat/x?y, /svc/dog/cat, /dog/cat/x?y",
    "1, true, /dog/cat/?y=1, /svc/dog, /cat/?y=1",
    "1, true, /dog/cat?y=1, /svc/dog, /cat?y=1",
    "1, true, /dog, /svc/dog, /",
    "1, true, /dog/, /svc/dog, /",
    "1, true, /dog?a=/b/c, /svc/dog, /?a=/b/c",
    "2, true, /dog/cat/x/y, /svc/dog/cat, /x/y",
    "1, true, /dog/x?, /svc/dog, /x?"
  })
  void firstSegmentsOfThePath(
      int segments, boolean consume, String target, String name, String rewritten) {
    Head request = get(target, "Host", "a");

    assertThat(name(request, new UriPath(segments, consume))).isEqualTo(name);
    assertThat(request.target()).isEqualTo(rewritten);
  }

  @ParameterizedTest
  @CsvSource({"1, /", "2, /dog", "2, /dog/", "1, //", "1, *", "1, /?a=/b"})
  void tooFewSegmentsAreNotIdentified(int segments, String target) {
    assertThat(unidentified(get(target, "Host", "a"), new UriPath(segments, true)))
        .isEqualTo("not enough segments in path");
  }

  @Test
  void emptySegmentIsInvalid() {
    Head request = get("//dog", "Host", "a");

    assertThat(invalid(request, new UriPath(1, true))).isEqualTo("empty segment in path");
    assertThat(request.target()).isEqualTo("//dog");
  }

  @Test
  void segmentsWithOddBytesAreShownEscaped() {
    assertThat(name(get("/a~b", "Host", "a"), new UriPath(1, false)))
        .isEqualTo("/svc/\\x61\\x7e\\x62");
  }

  @Test
  void staticPathFollowsThePrefix() {
    var identifier = Identifiers.of(List.of(new Static(Paths.parse("/a/b"))), Path.of("http"));

    assertThat(identifier.identify(http10("GET", "/")))
        .isEqualTo(new Identification.Identified(Path.of("http", "a", "b")));
  }

  @Test
  void listIsTriedInOrder() {
    List<IdentifierConfig> list = List.of(new Header("l5d-name"), new UriPath(1, false));

    assertThat(identify(get("/dog", "l5d-name", "/cat"), list))
        .hasToString("Identified[name=/svc/cat]");
    assertThat(identify(get("/dog", "Host", "a"), list)).hasToString("Identified[name=/svc/dog]");
  }

  @Test
  void listEndsAtTheFirstFault() {
    List<IdentifierConfig> list = List.of(new Header("l5d-name"), new UriPath(1, false));

    assertThat(identify(get("/dog", "l5d-name", "cat"), list))
        .isInstanceOf(Identification.Invalid.class);
  }

  @Test
  void lastReasonOfAListIsTold() {
    List<IdentifierConfig> list = List.of(new Header("l5d-name"), new UriPath(1, false));

    assertThat(identify(get("/", "Host", "a"), list))
        .isEqualTo(new Identification.Unidentified("not enough segments in path"));
  }

  @Test
  void emptyListIsRefused() {
    assertThatThrownBy(() -> Identifiers.of(List.of(), SVC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("identifiers: [] (expected: at least one)");
  }

  @Test
  void oneFieldDecidesForATokenAlone() {
    Head request = get("/", "Host", "a");
    Identifier token = Identifiers.of(List.of(new HeaderToken("Host")), SVC);
    Identifier list = Identifiers.of(List.of(new HeaderToken("Host"), new UriPath(1, false)), SVC);

    assertThat(token.keyField(request)).isZero();
    assertThat(token.keyField(Head.request("GET", "/"))).isEqualTo(-1);
    assertThat(list.keyField(request)).isEqualTo(-1);
  }

  // Of h2 routers (spec/http.md §17.5).

  @Test
  void tokenOfH2IsTheAuthorityOrAnyHeader() {
    assertThat(name(get("/x", "Host", "Web:8080"), new H2HeaderToken(":authority")))
        .isEqualTo("/svc/Web:8080");
    Head request = get("/", "my-svc", "a");
    request.add("my-svc", "b");
    assertThat(name(request, new H2HeaderToken("My-Svc"))).isEqualTo("/svc/a");
  }

  @Test
  void tokenOfH2NeedsItsHeader() {
    assertThat(unidentified(Head.request("GET", "/"), new H2HeaderToken(":authority")))
        .isEqualTo("missing header: ':authority'");
    assertThat(unidentified(get("/", "my-svc", ""), new H2HeaderToken("my-svc")))
        .isEqualTo("missing header: 'my-svc'");
  }

  @ParameterizedTest
  @CsvSource({
    "/pkg.Service/Method, , /svc/pkg.Service/Method",
    "/pkg.Service/Method?q=/x, , /svc/pkg.Service/Method",
    "/pkg.Service/Method/, , /svc/pkg.Service/Method",
    "/pkg.Service/Method, 1, /svc/pkg.Service",
    "/a/b/c, 2, /svc/a/b",
  })
  void pathOfH2IsAllOfItOrItsFirstSegments(
      String path, @Nullable Integer segments, String identified) {
    assertThat(name(get(path, "Host", "a"), new H2HeaderPath(":path", segments)))
        .isEqualTo(identified);
    assertThat(name(get("/", "x-path", path), new H2HeaderPath("X-Path", segments)))
        .isEqualTo(identified);
  }

  @Test
  void pathOfH2MustBeLongEnough() {
    assertThat(unidentified(get("/", "Host", "a"), new H2HeaderPath(":path", null)))
        .isEqualTo("Missing destination path");
    assertThat(unidentified(get("/a", "Host", "a"), new H2HeaderPath("x-path", null)))
        .isEqualTo("Missing destination path");
    assertThat(unidentified(get("/a", "Host", "a"), new H2HeaderPath(":path", 2)))
        .isEqualTo("Path must have at least 2 segment(s)");
  }

  private static Head get(String target, String header, String value) {
    Head request = Head.request("GET", target);
    request.add(header, value);
    return request;
  }

  private static Head http10(String method, String target) {
    Head request = Head.request(method, target);
    request.setMinorVersion(0);
    return request;
  }

  private static Identification identify(Head request, List<IdentifierConfig> configs) {
    return Identifiers.of(configs, SVC).identify(request);
  }

  private static String name(Head request, IdentifierConfig config) {
    var identified = (Identification.Identified) identify(request, List.of(config));
    return identified.name().show();
  }

  private static String unidentified(Head request, IdentifierConfig config) {
    return ((Identification.Unidentified) identify(request, List.of(config))).reason();
  }

  private static String invalid(Head request, IdentifierConfig config) {
    return ((Identification.Invalid) identify(request, List.of(config))).reason();
  }
}

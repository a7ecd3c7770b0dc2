package fairlead.routing.classify;

import static fairlead.exchange.ResponseClass.FAILURE;
import static fairlead.exchange.ResponseClass.RETRYABLE;
import static fairlead.exchange.ResponseClass.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.ErrorCode;
import fairlead.exchange.Failure;
import fairlead.exchange.ResponseClass;
import fairlead.exchange.ResponseClassifier;
import fairlead.http.Head;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of {@code spec/http.md} §11 and §17.9. */
class ClassifiersTest {
  private static final List<String> METHODS =
      List.of(
          "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH", "CONNECT", "get");

  @ParameterizedTest
  @CsvSource({
    "NOTHING, ''",
    "READ, GET HEAD OPTIONS TRACE",
    "IDEMPOTENT, GET HEAD OPTIONS TRACE PUT DELETE",
    "ALL, GET HEAD OPTIONS TRACE PUT DELETE POST PATCH"
  })
  void aServerErrorIsRetryableForTheMethodsOfTheKind(Retryable retryable, String methods) {
    var retried = List.of(methods.split(" "));
    var http = new HttpClassifier(retryable, false);
    var h2 = new H2Classifier(retryable, false);

    for (String method : METHODS) {
      var expected = retried.contains(method) ? RETRYABLE : FAILURE;
      var request = Head.request(method, "/");
      for (int status : List.of(500, 503, 599)) {
        assertThat(http.early(request, response(status))).isEqualTo(expected);
        assertThat(h2.early(request, response(status))).isEqualTo(expected);
      }
      assertThat(http.mayRetry(request)).isEqualTo(expected == RETRYABLE);
      assertThat(h2.mayRetry(request)).isEqualTo(expected == RETRYABLE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void allBelowFiveHundredIsASuccess(Retryable retryable) {
    var request = Head.request("GET", "/");
    for (int status : List.of(101, 200, 204, 301, 404, 429, 499)) {
      assertThat(new HttpClassifier(retryable, false).early(request, response(status)))
          .isEqualTo(SUCCESS);
      var h2 = new H2Classifier(retryable, false);
      assertThat(h2.early(request, response(status))).isNull();
      assertThat(h2.late(request, response(status), null)).isEqualTo(SUCCESS);
    }
  }

  @Test
  void allSuccessfulMeansEveryResponse() {
    var request = Head.request("GET", "/");
    var http = new HttpClassifier(Retryable.NOTHING, true);
    var h2 = new H2Classifier(Retryable.NOTHING, true);

    assertThat(http.early(request, response(503))).isEqualTo(SUCCESS);
    assertThat(h2.early(request, response(503))).isNull();
    assertThat(h2.late(request, response(503), null)).isEqualTo(SUCCESS);
    for (var classifier : List.<ResponseClassifier>of(http, h2)) {
      assertThat(classifier.failed(request, new Failure.BackendClosed("b"))).isEqualTo(FAILURE);
    }
  }

  @Test
  void failuresThatAnotherTryMayNotMeetAreRetryable() {
    var cause = new IOException("x");
    var retryable =
        List.of(
            new Failure.AttemptTimedOut(Duration.ofMillis(1), "c", "e", "t"),
            new Failure.WriteFailed("e", cause),
            new Failure.TooManyWaiters(1),
            new Failure.BackendClosed("e"),
            new Failure.BackendBroken("e", cause),
            new Failure.BadResponse("e", "r"),
            new Failure.StreamReset("e", ErrorCode.REFUSED_STREAM),
            new Failure.Nacked(true));
    var others =
        List.of(
            new Failure.NoEndpoint("t"),
            new Failure.ConnectFailed("t", cause),
            new Failure.BindingTimedOut("t"),
            new Failure.TotalTimedOut(Duration.ofMillis(1)),
            new Failure.DeadlineExceeded(Duration.ZERO),
            new Failure.StreamReset("e", ErrorCode.INTERNAL_ERROR),
            new Failure.BadBody("r"),
            new Failure.Nacked(false));

    for (var classifier :
        List.of(
            new HttpClassifier(Retryable.READ, false), new H2Classifier(Retryable.READ, false))) {
      for (Failure failure : retryable) {
        assertThat(classifier.failed(Head.request("GET", "/"), failure)).isEqualTo(RETRYABLE);
        assertThat(classifier.failed(Head.request("PUT", "/"), failure)).isEqualTo(FAILURE);
      }
      for (Failure failure : others) {
        assertThat(classifier.failed(Head.request("GET", "/"), failure)).isEqualTo(FAILURE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "TRUE", "True"})
  void whatTheBackendCallsRetryableIsWhateverTheMethod(String value) {
    var failing = response(500);
    failing.add("l5d-retryable", value);
    var fine = response(404);
    fine.add("l5d-retryable", value);

    assertThat(HttpClassifier.DEFAULT.early(Head.request("POST", "/"), failing))
        .isEqualTo(RETRYABLE);
    assertThat(HttpClassifier.DEFAULT.early(Head.request("POST", "/"), fine)).isEqualTo(SUCCESS);
    assertThat(new HttpClassifier(Retryable.NOTHING, true).early(Head.request("GET", "/"), failing))
        .isEqualTo(SUCCESS);
    assertThat(H2Classifier.DEFAULT.early(Head.request("POST", "/"), failing)).isEqualTo(FAILURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "1", "yes", ""})
  void anythingElseItSaysIsIgnored(String value) {
    var failing = response(500);
    failing.add("l5d-retryable", value);

    assertThat(HttpClassifier.DEFAULT.early(Head.request("GET", "/"), failing)).isEqualTo(FAILURE);
    assertThat(new HttpClassifier(Retryable.READ, false).early(Head.request("GET", "/"), failing))
        .isEqualTo(RETRYABLE);
  }

  @Test
  void onlyWhatMayStillBeRetryableIsWorthHolding() {
    var get = Head.request("GET", "/");
    var post = Head.request("POST", "/");
    var ok = response(200);

    assertThat(new HttpClassifier(Retryable.ALL, false).mayRetryLate(get, ok)).isFalse();
    assertThat(H2Classifier.DEFAULT.mayRetryLate(get, ok)).isFalse();
    assertThat(new H2Classifier(Retryable.NOTHING, true).mayRetryLate(get, ok)).isFalse();
    assertThat(new H2Classifier(Retryable.READ, false).mayRetryLate(post, ok)).isFalse();
    assertThat(new H2Classifier(Retryable.READ, false).mayRetryLate(get, ok)).isTrue();
  }

  @Test
  void theFractionIsWrittenAsLinkerdWritesIt() {
    assertThat(List.of(ResponseClass.values()))
        .extracting(ResponseClass::fraction)
        .containsExactly("1.0", "0.0", "0.0");
  }

  private static Head response(int status) {
    return Head.response(status, "");
  }
}

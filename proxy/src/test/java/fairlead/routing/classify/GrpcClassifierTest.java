package fairlead.routing.classify;

import static fairlead.exchange.ResponseClass.FAILURE;
import static fairlead.exchange.ResponseClass.RETRYABLE;
import static fairlead.exchange.ResponseClass.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.ErrorCode;
import fairlead.exchange.Failure;
import fairlead.exchange.ResponseClass;
import fairlead.exchange.ResponseClassifier;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.routing.classify.GrpcClassifier.Retries;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code spec/http.md} §18, on heads and trailers. */
class GrpcClassifierTest {
  private static final Head CALL = Head.request("POST", "/pkg.Service/Method");
  private static final GrpcClassifier DEFAULT = grpc(new Retries.Codes(Set.of(14)));
  private static final GrpcClassifier COMPLIANT = grpc(new Retries.Compliant());
  private static final GrpcClassifier ALWAYS = grpc(new Retries.AnyCode());
  private static final GrpcClassifier NEVER = grpc(new Retries.Codes(Set.of()));
  private static final List<GrpcClassifier> ALL = List.of(DEFAULT, COMPLIANT, ALWAYS, NEVER);

  @Test
  void theCodeOfTheTrailersDecides() {
    for (int code = 1; code <= 17; code++) {
      boolean unavailable = code == 14;
      assertThat(late(DEFAULT, code)).isEqualTo(unavailable ? RETRYABLE : FAILURE);
      assertThat(late(COMPLIANT, code)).isEqualTo(unavailable ? RETRYABLE : FAILURE);
      assertThat(late(ALWAYS, code)).isEqualTo(RETRYABLE);
      assertThat(late(NEVER, code)).isEqualTo(FAILURE);
      assertThat(late(grpc(new Retries.Codes(Set.of(8, 10))), code))
          .isEqualTo(code == 8 || code == 10 ? RETRYABLE : FAILURE);
    }
    for (var classifier : ALL) {
      assertThat(late(classifier, 0)).isEqualTo(SUCCESS);
      assertThat(classifier.early(CALL, ok())).isNull();
    }
  }

  @Test
  void trailersOnlyAnswersAreKnownByTheirHead() {
    for (int code = 0; code <= 17; code++) {
      var head = ok();
      head.add("grpc-status", Integer.toString(code));
      for (var classifier : ALL) {
        assertThat(classifier.early(CALL, head)).isEqualTo(late(classifier, code));
      }
    }
  }

  @Test
  void codesThatCountAsSuccessMayBeOthers() {
    var lenient = new GrpcClassifier(Set.of(5, 9), new Retries.AnyCode());

    assertThat(late(lenient, 5)).isEqualTo(SUCCESS);
    assertThat(late(lenient, 9)).isEqualTo(SUCCESS);
    assertThat(late(lenient, 0)).isEqualTo(RETRYABLE); // 0 has to be listed too
  }

  @ParameterizedTest
  @ValueSource(strings = {"OK", "", "-1", "99999999999"})
  void whatIsNoCodeIsUnknown(String value) {
    var trailers = new Fields();
    trailers.add("grpc-status", value);
    var unknown = grpc(new Retries.Codes(Set.of(2)));
    var head = ok();
    head.add("grpc-status", value);

    assertThat(unknown.late(CALL, ok(), trailers)).isEqualTo(RETRYABLE);
    assertThat(unknown.early(CALL, head)).isEqualTo(RETRYABLE);
    assertThat(DEFAULT.late(CALL, ok(), trailers)).isEqualTo(FAILURE);
  }

  @Test
  void anEndWithoutACodeIsAFailure() {
    var trailers = new Fields();
    trailers.add("other", "0");
    for (var classifier : ALL) {
      assertThat(classifier.late(CALL, ok(), null)).isEqualTo(FAILURE);
      assertThat(classifier.late(CALL, ok(), trailers)).isEqualTo(FAILURE);
    }
  }

  @Test
  void theCompliantOneRetriesWhatGrpcCallsUnavailable() {
    for (int status = 400; status < 600; status++) {
      var expected = Set.of(429, 502, 503, 504).contains(status) ? RETRYABLE : FAILURE;
      var head = Head.response(status, "");

      assertThat(COMPLIANT.early(CALL, head)).as("%d", status).isEqualTo(expected);
      for (var classifier : List.of(DEFAULT, ALWAYS, NEVER)) {
        assertThat(classifier.early(CALL, head)).isEqualTo(FAILURE);
      }
    }
    var coded = Head.response(503, "");
    coded.add("grpc-status", "7");
    assertThat(COMPLIANT.early(CALL, coded)).isEqualTo(FAILURE); // the code says more
  }

  @Test
  void ofStreamsThatBrokeOnlyARefusedOneIsRetried() {
    for (var code : ErrorCode.values()) {
      var reset = new Failure.StreamReset("e", code);
      boolean refused = code == ErrorCode.REFUSED_STREAM;
      assertThat(COMPLIANT.failed(CALL, reset)).isEqualTo(refused ? RETRYABLE : FAILURE);
      for (var classifier : List.of(DEFAULT, ALWAYS, NEVER)) {
        assertThat(classifier.failed(CALL, reset)).isEqualTo(FAILURE);
      }
    }
    for (var classifier : ALL) {
      assertThat(classifier.failed(CALL, new Failure.BackendClosed("e"))).isEqualTo(FAILURE);
    }
  }

  @Test
  void theBackendSaysWhenToTryAgain() {
    var trailers = trailers(14, "250");

    assertThat(DEFAULT.late(CALL, ok(), trailers)).isEqualTo(RETRYABLE);
    assertThat(DEFAULT.pushbackMillis(trailers)).isEqualTo(250);
    assertThat(DEFAULT.pushbackMillis(trailers(14, "0"))).isZero();
    assertThat(DEFAULT.pushbackMillis(trailers(14, null)))
        .isEqualTo(ResponseClassifier.NO_PUSHBACK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "soon", "", "60001", "9999999999"})
  void orThatItShallNotBeTriedAgain(String pushback) {
    for (var classifier : ALL) {
      assertThat(classifier.late(CALL, ok(), trailers(14, pushback))).isEqualTo(FAILURE);
    }
    var head = ok();
    head.add("grpc-status", "14");
    head.add("grpc-retry-pushback-ms", pushback);
    assertThat(DEFAULT.early(CALL, head)).isEqualTo(FAILURE);
  }

  @Test
  void onlyWhatMayStillBeRetryableIsWorthHolding() {
    assertThat(NEVER.mayRetryLate(CALL, ok())).isFalse();
    assertThat(NEVER.mayRetry(CALL)).isFalse();
    for (var classifier : List.of(DEFAULT, COMPLIANT, ALWAYS)) {
      assertThat(classifier.mayRetryLate(CALL, ok())).isTrue();
      assertThat(classifier.mayRetry(CALL)).isTrue();
    }
  }

  private static GrpcClassifier grpc(Retries retries) {
    return new GrpcClassifier(Set.of(0), retries);
  }

  private static Head ok() {
    return Head.response(200, "");
  }

  private static @Nullable ResponseClass late(GrpcClassifier classifier, int code) {
    return classifier.late(CALL, ok(), trailers(code, null));
  }

  private static Fields trailers(int code, @Nullable String pushback) {
    var trailers = new Fields();
    trailers.add("grpc-status", Integer.toString(code));
    if (pushback != null) {
      trailers.add("grpc-retry-pushback-ms", pushback);
    }
    return trailers;
  }
}
